import { Button, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { errorText } from "../../api/errors";
import { projectsQuery } from "../../api/queries";
import { mayAdminister } from "../../api/roles";
import { useSession } from "../../api/session";
import { PageLoading } from "../../ui/PageLoading";
import { NewProjectDialog } from "./NewProjectDialog";
import { ProjectsTable } from "./ProjectsTable";
import classes from "./projects.module.css";

/** The projects that one is in; admins make and delete them here. */
export function ProjectsPage() {
  const isAdmin = mayAdminister(useSession().role);
  const { data: projects, error, refetch } = useQuery({ ...projectsQuery, refetchOnMount: "always" });
  const [making, { open, close }] = useDisclosure();
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <header className={classes.head}>
          <Title order={1} className={classes.title}>
            Projects
            {projects && <span className={classes.count}>{projects.length}</span>}
          </Title>
          {isAdmin && (
            <Button leftSection={<IconPlus size={17} />} onClick={open}>
              New project
            </Button>
          )}
        </header>
        {projects && <ProjectsTable projects={projects} />}
        {!projects && !error && <PageLoading />}
        {!projects && error && (
          <Stack align="flex-start" role="alert">
            <Text c="dimmed">{errorText(error)}</Text>
            <Button onClick={() => void refetch()}>Try again</Button>
          </Stack>
        )}
      </div>
      <NewProjectDialog opened={making} onClose={close} />
    </div>
  );
}
