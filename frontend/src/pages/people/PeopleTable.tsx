import { ActionIcon, Badge, Button, Group, NativeSelect, Table, Text, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPencil } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeUser, makeLink } from "../../api/calls";
import { errorText } from "../../api/errors";
import { keys } from "../../api/queries";
import { checkSession, useSession } from "../../api/session";
import type { UserChange, UserOut } from "../../api/types";
import lists from "../../ui/list.module.css";
import { agoText } from "../../ui/when";
import { LinkDialog, type ShownLink } from "./LinkDialog";
import { chosenRole, elsewhere, membersFirst, NOT_IN_IT, roleChoices } from "./membership";
import classes from "./people.module.css";
import { RenameDialog } from "./RenameDialog";

export function PeopleTable({ users }: { users: UserOut[] }) {
  const cache = useQueryClient();
  const { user: me, projects } = useSession();
  const [link, setLink] = useState<ShownLink | null>(null);
  const [renamed, setRenamed] = useState<UserOut | null>(null);
  const hasOthers = projects.length > 1;

  function noteChanged(changed: UserOut) {
    cache.setQueryData<UserOut[]>(keys.users, (users) =>
      users?.map((known) => (known.id === changed.id ? changed : known)),
    );
    if (changed.id === me.id) void checkSession();
  }

  return (
    <>
      <Table.ScrollContainer minWidth={hasOthers ? 920 : 760}>
        <Table verticalSpacing={10} className={`${lists.table} ${classes.table}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th w={hasOthers ? 200 : 150}>Role</Table.Th>
              {hasOthers && <Table.Th>Other projects</Table.Th>}
              <Table.Th w={140}>Last seen</Table.Th>
              <Table.Th w={230} aria-label="What can be done" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {membersFirst(users).map((user) => (
              <Row
                key={user.id}
                user={user}
                onChanged={noteChanged}
                onRename={() => setRenamed(user)}
                onLink={setLink}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <LinkDialog link={link} onClose={() => setLink(null)} />
      <RenameDialog user={renamed} onRenamed={noteChanged} onClose={() => setRenamed(null)} />
    </>
  );
}

interface RowProps {
  user: UserOut;
  onChanged: (user: UserOut) => void;
  onRename: () => void;
  onLink: (link: ShownLink) => void;
}

function Row({ user, onChanged, onRename, onLink }: RowProps) {
  const { user: me, projects, project_id } = useSession();
  const hasOthers = projects.length > 1;
  const isMe = user.id === me.id;
  const change = useMutation({
    mutationFn: (change: UserChange) => changeUser(user.id, change),
    onSuccess: onChanged,
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
    <Table.Tr data-quiet={user.disabled || user.role === null} aria-label={user.name}>
      <Table.Td>
        <Group gap={8} wrap="nowrap">
          <Text size="sm" fw={500} truncate title={user.name}>
            {user.name}
          </Text>
          <Tooltip label="Rename" withArrow>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`Rename ${user.name}`}
              onClick={onRename}
            >
              <IconPencil size={14} />
            </ActionIcon>
          </Tooltip>
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
          data={roleChoices(hasOthers, hasOthers || user.role === null)}
          value={user.role ?? NOT_IN_IT}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ role: chosenRole(event.currentTarget.value) })}
        />
      </Table.Td>
      {hasOthers && (
        <Table.Td className={classes.elsewhere}>
          {elsewhere(user, project_id).map((text) => (
            <Text key={text} size="sm" c="dimmed" truncate title={text}>
              {text}
            </Text>
          ))}
        </Table.Td>
      )}
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
