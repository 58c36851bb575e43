import { Button, Group, Stack, Text } from "@mantine/core";
import { Dialog } from "../../ui/Dialog";

interface Props {
  /** How much waits to be sent; null while the dialog is closed. */
  unsent: number | null;
  onClose: () => void;
  onSignOut: () => void;
}

/** Signing out leaves work behind that only the same person can send. */
export function SignOutDialog({ unsent, onClose, onSignOut }: Props) {
  const what = unsent === 1 ? "1 change of yours has" : `${unsent} changes of yours have`;
  return (
    <Dialog opened={unsent !== null} onClose={onClose} title="Not everything is saved" size={440}>
      <Stack gap="md">
        <Text size="sm">
          {what} not reached the server yet. If you sign out now, they stay in this browser until you sign in
          here again; nobody else sees or sends them.
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onSignOut}>
            Sign out all the same
          </Button>
          <Button data-autofocus onClick={onClose}>
            Stay signed in
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
