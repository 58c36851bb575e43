import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { makeProject } from "../../api/calls";
import { errorText } from "../../api/errors";
import { pathIn } from "../../api/project";
import { Dialog } from "../../ui/Dialog";
import { PROJECT_NAME_CHARACTERS } from "../project/settings";

/** Makes a project and goes to it. */
export function NewProjectDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Dialog opened={opened} onClose={onClose} title="New project" size={480}>
      <NewProject onClose={onClose} />
    </Dialog>
  );
}

function NewProject({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const making = useMutation({
    mutationFn: () => makeProject(name.trim()),
    onSuccess: ({ id }) => window.location.assign(pathIn(id)),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (name.trim() !== "") making.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="A project has images, labels, guidelines and people of its own. Models are shared."
          maxLength={PROJECT_NAME_CHARACTERS}
          data-autofocus
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {making.error && (
          <Alert color="red" title="The project was not made">
            {errorText(making.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={making.isPending || making.isSuccess} disabled={name.trim() === ""}>
            Make the project
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
