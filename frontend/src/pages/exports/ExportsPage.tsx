import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { mayManage } from "../../api/roles";
import { useSession } from "../../api/session";
import { AnnotationImports } from "./AnnotationImports";
import { ExportForm } from "./ExportForm";
import { ExportList } from "./ExportList";
import classes from "./exports.module.css";

/** Masks out of here and into here; for managers. */
export function ExportsPage() {
  const { role } = useSession();
  if (!mayManage(role)) return <NotForYou />;
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <Title order={1} className={classes.title}>
          Exports
        </Title>
        <ExportForm />
        <ExportList />
        <AnnotationImports />
      </div>
    </div>
  );
}

function NotForYou() {
  return (
    <Center h="100%" p="xl">
      <Stack align="center" gap="xs">
        <Title order={1} size="h3">
          This page is for managers
        </Title>
        <Text c="dimmed">Ask one of them if you need the masks.</Text>
        <Button mt="sm" renderRoot={(props) => <Link to="/images" {...props} />}>
          To the images
        </Button>
      </Stack>
    </Center>
  );
}
