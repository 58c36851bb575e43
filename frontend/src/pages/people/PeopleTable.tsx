import { Badge, Button, Group, NativeSelect, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeUser, makeLink } from "../../api/calls";
import { errorText } from "../../api/errors";
import { keys } from "../../api/queries";
import { ROLE_LABELS, ROLES } from "../../api/roles";
import { checkSession, useSession } from "../../api/session";
import type { Role, UserChange, UserOut } from "../../api/types";
import lists from "../../ui/list.module.css";
import { agoText } from "../../ui/when";
import { LinkDialog, type ShownLink } from "./LinkDialog";
import classes from "./people.module.css";

const ROLE_CHOICES = ROLES.map((value) => ({ value, label: ROLE_LABELS[value] }));

export function PeopleTable({ users }: { users: UserOut[] }) {
  const [link, setLink] = useState<ShownLink | null>(null);
  return (
    <>
      <Table.ScrollContainer minWidth={720}>
        <Table verticalSpacing={10} className={`${lists.table} ${classes.table}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th w={150}>Role</Table.Th>
              <Table.Th w={140}>Last seen</Table.Th>
              <Table.Th w={230} aria-label="What can be done" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {users.map((user) => (
              <Row key={user.id} user={user} onLink={setLink} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <LinkDialog link={link} onClose={() => setLink(null)} />
    </>
  );
}

function Row({ user, onLink }: { user: UserOut; onLink: (link: ShownLink) => void }) {
  const cache = useQueryClient();
  const me = useSession().user;
  const isMe = user.id === me.id;
  const change = useMutation({
    mutationFn: (change: UserChange) => changeUser(user.id, change),
    onSuccess: (changed) => {
      cache.setQueryData<UserOut[]>(keys.users, (users) =>
        users?.map((known) => (known.id === changed.id ? changed : known)),
      );
      if (isMe) void checkSession();
    },
    onError: (error) => showFailure(`${user.name} was not changed`, error),
  });
  const linking = useMutation({
    mutationFn: () => makeLink(user.id),
    onSuccess: ({ token, expires_at }) =>
      onLink({
        title: `A link for ${user.name}`,
        label: "Whoever opens it first is signed in",
        path: `/enter#${token}`,
        expiresAt: expires_at,
      }),
    onError: (error) => showFailure("No link was made", error),
  });
  return (
    <Table.Tr data-disabled={user.disabled} aria-label={user.name}>
      <Table.Td>
        <Group gap={8} wrap="nowrap">
          <Text size="sm" fw={500} truncate title={user.name}>
            {user.name}
          </Text>
          {isMe && (
            <Badge variant="default" size="sm" tt="none" fw={500}>
              you
            </Badge>
          )}
          {user.disabled && (
            <Badge variant="light" color="gray" size="sm" tt="none" fw={500}>
              disabled
            </Badge>
          )}
          {!user.has_password && !user.disabled && (
            <Text size="xs" c="dimmed">
              no password yet
            </Text>
          )}
        </Group>
      </Table.Td>
      <Table.Td>
        <NativeSelect
          size="xs"
          aria-label={`Role of ${user.name}`}
          data={ROLE_CHOICES}
          value={user.role}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ role: event.currentTarget.value as Role })}
        />
      </Table.Td>
      <Table.Td>
        <Text size="sm" c="dimmed">
          {user.last_seen_at ? agoText(user.last_seen_at) : "never"}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={8} justify="flex-end" wrap="nowrap">
          {!user.disabled && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Make a sign-in link for ${user.name}`}
              loading={linking.isPending}
              onClick={() => linking.mutate()}
            >
              Sign-in link
            </Button>
          )}
          {!isMe && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`${user.disabled ? "Enable" : "Disable"} ${user.name}`}
              loading={change.isPending}
              onClick={() => change.mutate({ disabled: !user.disabled })}
            >
              {user.disabled ? "Enable" : "Disable"}
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function showFailure(title: string, error: Error): void {
  notifications.show({ color: "red", title, message: errorText(error) });
}
