import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { usersQuery } from "../../api/queries";
import { mayAdminister } from "../../api/roles";
import { projectOf, useSession } from "../../api/session";
import { LoadFailed } from "../../ui/LoadFailed";
import { NotForYou } from "../../ui/NotForYou";
import { Page } from "../../ui/Page";
import { PageLoading } from "../../ui/PageLoading";
import { Invitations } from "./Invitations";
import { PeopleTable } from "./PeopleTable";

/** Who works here, as what; for admins. */
export function PeoplePage() {
  const { role } = useSession();
  if (mayAdminister(role)) return <People />;
  return (
    <NotForYou title="This page is for admins">
      Ask one of them if somebody should join or have another role.
    </NotForYou>
  );
}

function People() {
  const session = useSession();
  const hasOthers = session.projects.length > 1;
  const { data: users, error, refetch } = useQuery({ ...usersQuery, refetchOnMount: "always" });
  return (
    <Page title="People" count={users?.filter(({ role }) => role !== null).length}>
      {hasOthers && (
        <Text size="sm" c="dimmed">
          Roles are those in <b>{projectOf(session)?.name}</b>. Who is not in it does not see that it is
          there.
        </Text>
      )}
      {users && <PeopleTable users={users} />}
      {!users && !error && <PageLoading />}
      {!users && error && <LoadFailed error={error} onRetry={refetch} />}
      <Invitations isAlone={users?.length === 1} />
    </Page>
  );
}
