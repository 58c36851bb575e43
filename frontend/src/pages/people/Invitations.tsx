import { Button, Group, NativeSelect, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconUserPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { invite, revokeInvitation } from "../../api/calls";
import { errorText } from "../../api/errors";
import { invitationsQuery, keys } from "../../api/queries";
import { ROLE_HELP, ROLE_LABELS } from "../../api/roles";
import { projectOf, useSession } from "../../api/session";
import type { InvitationOut, Role } from "../../api/types";
import lists from "../../ui/list.module.css";
import { untilText } from "../../ui/when";
import { LinkDialog, type ShownLink } from "./LinkDialog";
import { roleChoices } from "./membership";
import classes from "./people.module.css";

/** `isAlone`: nobody but the admin is here yet. */
export function Invitations({ isAlone }: { isAlone: boolean }) {
  const session = useSession();
  const { data: invitations, error } = useQuery({ ...invitationsQuery, refetchOnMount: "always" });
  return (
    <section className={classes.section} aria-label="Invitations">
      <Title order={2} size="h4">
        Invitations
      </Title>
      <Text size="sm" c="dimmed">
        {isAlone && "You are alone here so far. "}
        An invitation is an address for one person, who chooses a name and a password there.
        {session.projects.length > 1 && ` These are to ${projectOf(session)?.name}.`}
      </Text>
      <Invite />
      {error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {errorText(error)}
        </Text>
      )}
      {invitations?.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody is invited at the moment.
        </Text>
      )}
      {invitations && invitations.length > 0 && (
        <ul className={lists.list} aria-label="Open invitations">
          {invitations.map((invitation) => (
            <Row key={invitation.id} invitation={invitation} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Invite() {
  const cache = useQueryClient();
  const session = useSession();
  const hasOthers = session.projects.length > 1;
  const [role, setRole] = useState<Role>("annotator");
  const [link, setLink] = useState<ShownLink | null>(null);
  const toWhat = role === "admin" ? "all projects" : projectOf(session)?.name;
  const inviting = useMutation({
    mutationFn: () => invite(role),
    onSuccess: ({ token, expires_at, ...invitation }) => {
      void cache.invalidateQueries({ queryKey: keys.invitations });
      setLink({
        title: "An invitation",
        label: `For one ${ROLE_LABELS[invitation.role].toLowerCase()}${hasOthers ? ` of ${toWhat}` : ""}`,
        path: `/invitation#${token}`,
        expiresAt: expires_at,
      });
    },
    onError: (error) =>
      notifications.show({ color: "red", title: "No invitation was made", message: errorText(error) }),
  });
  return (
    <Group gap={10} align="center">
      <NativeSelect
        aria-label="Role of who is invited"
        w={hasOthers ? 200 : 150}
        data={roleChoices(hasOthers, false)}
        value={role}
        onChange={(event) => setRole(event.currentTarget.value as Role)}
      />
      <Button
        leftSection={<IconUserPlus size={17} />}
        loading={inviting.isPending}
        onClick={() => inviting.mutate()}
      >
        Invite somebody
      </Button>
      <Text size="sm" c="dimmed">
        {ROLE_HELP[role]}
      </Text>
      <LinkDialog link={link} onClose={() => setLink(null)} />
    </Group>
  );
}

function Row({ invitation }: { invitation: InvitationOut }) {
  const cache = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => revokeInvitation(invitation.id),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.invitations }),
  });
  return (
    <li className={lists.row}>
      <Text size="sm" fw={500} w={110}>
        {ROLE_LABELS[invitation.role]}
      </Text>
      <Text size="sm" c="dimmed" flex={1}>
        by {invitation.created_by_name}, good {untilText(invitation.expires_at)}
      </Text>
      <Button
        size="compact-sm"
        variant="default"
        loading={revoking.isPending}
        onClick={() => revoking.mutate()}
      >
        Revoke
      </Button>
    </li>
  );
}
