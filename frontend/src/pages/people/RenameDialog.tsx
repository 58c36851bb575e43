import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changeUser } from "../../api/calls";
import { errorText } from "../../api/errors";
import type { UserOut } from "../../api/types";
import { Dialog } from "../../ui/Dialog";

interface Props {
  /** null: the dialog is closed. */
  user: UserOut | null;
  onRenamed: (user: UserOut) => void;
  onClose: () => void;
}

export function RenameDialog({ user, onRenamed, onClose }: Props) {
  return (
    <Dialog opened={user !== null} onClose={onClose} title={user && `Rename ${user.name}`} size={420}>
      {user && <Rename user={user} onRenamed={onRenamed} onClose={onClose} />}
    </Dialog>
  );
}

function Rename({ user, onRenamed, onClose }: Props & { user: UserOut }) {
  const [name, setName] = useState(user.name);
  const renaming = useMutation({
    mutationFn: () => changeUser(user.id, { name: name.trim() }),
    onSuccess: (renamed) => {
      onRenamed(renamed);
      onClose();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (name.trim() !== "") renaming.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="They sign in by it from now on, and all their masks carry it, also those made before."
          maxLength={64}
          data-autofocus
          autoComplete="off"
          error={renaming.error && errorText(renaming.error)}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={renaming.isPending} disabled={name.trim() === ""}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
