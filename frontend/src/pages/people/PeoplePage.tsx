import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { errorText } from "../../api/errors";
import { usersQuery } from "../../api/queries";
import { mayAdminister } from "../../api/roles";
import { useSession } from "../../api/session";
import { PageLoading } from "../../ui/PageLoading";
import { Invitations } from "./Invitations";
import { PeopleTable } from "./PeopleTable";
import classes from "./people.module.css";

/** Who works here, as what; for admins. */
export function PeoplePage() {
  const { role } = useSession();
  return mayAdminister(role) ? <People /> : <NotForYou />;
}

function People() {
  const { data: users, error, refetch } = useQuery({ ...usersQuery, refetchOnMount: "always" });
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <Title order={1} className={classes.title}>
          People
          {users && <span className={classes.count}>{users.length}</span>}
        </Title>
        {users && <PeopleTable users={users} />}
        {!users && !error && <PageLoading />}
        {!users && error && (
          <Stack align="flex-start" role="alert">
            <Text c="dimmed">{errorText(error)}</Text>
            <Button onClick={() => void refetch()}>Try again</Button>
          </Stack>
        )}
        <Invitations isAlone={users?.length === 1} />
      </div>
    </div>
  );
}

function NotForYou() {
  return (
    <Center h="100%" p="xl">
      <Stack align="center" gap="xs">
        <Title order={1} size="h3">
          This page is for admins
        </Title>
        <Text c="dimmed">Ask one of them if somebody should join or have another role.</Text>
        <Button mt="sm" renderRoot={(props) => <Link to="/images" {...props} />}>
          To the images
        </Button>
      </Stack>
    </Center>
  );
}
