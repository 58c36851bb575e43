import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { errorText } from "../api/errors";

interface Props {
  /** That has to be typed, since nothing brings back what is deleted. */
  name: string;
  /** Of the button, such as "Delete the batch". */
  label: string;
  error: Error | null;
  isPending: boolean;
  onDelete: () => void;
  onClose: () => void;
  /** What goes and what stays. */
  children: ReactNode;
}

/** The inside of a dialog that deletes something for good. */
export function DeletionForm({ name, label, error, isPending, onDelete, onClose, children }: Props) {
  const [typed, setTyped] = useState("");
  const isSame = typed.trim() === name;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isSame) onDelete();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {children}
        <TextInput
          label={`Type ${name} to delete it`}
          data-autofocus
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {error && (
          <Alert color="red" title="Nothing was deleted">
            {errorText(error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" color="red" loading={isPending} disabled={!isSame}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
