import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { deleteProject } from "../../api/calls";
import { errorText } from "../../api/errors";
import { keys } from "../../api/queries";
import { checkSession, useSession } from "../../api/session";
import type { ProjectSummary } from "../../api/types";
import { Dialog } from "../../ui/Dialog";
import { countText } from "../overview/figures";

interface Props {
  /** null: the dialog is closed. */
  project: ProjectSummary | null;
  onClose: () => void;
}

/** Nothing brings a deleted project back, so its name has to be typed. */
export function DeleteProjectDialog({ project, onClose }: Props) {
  return (
    <Dialog
      opened={project !== null}
      onClose={onClose}
      title={project && `Delete ${project.name}?`}
      size={500}
    >
      {project && <Deletion project={project} onClose={onClose} />}
    </Dialog>
  );
}

function Deletion({ project, onClose }: { project: ProjectSummary; onClose: () => void }) {
  const cache = useQueryClient();
  const { project_id } = useSession();
  const [typed, setTyped] = useState("");
  const deleting = useMutation({
    mutationFn: () => deleteProject(project.id, typed.trim()),
    onSuccess: async () => {
      // The page cannot stay in what is gone.
      if (project.id === project_id) {
        window.location.assign("/projects");
        return;
      }
      await Promise.all([cache.invalidateQueries({ queryKey: keys.projects }), checkSession()]);
      onClose();
    },
  });
  const isSame = typed.trim() === project.name;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isSame) deleting.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">
          <b>{countText(project.images, "image")}</b> and <b>{countText(project.masks, "mask")}</b>, its
          batches, exports, labels and guidelines are deleted for good. Export what you want to keep first.
          People keep their accounts and their roles in other projects; models stay.
        </Text>
        <TextInput
          label={`Type ${project.name} to delete it`}
          data-autofocus
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {deleting.error && (
          <Alert color="red" title="Nothing was deleted">
            {errorText(deleting.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" color="red" loading={deleting.isPending} disabled={!isSame}>
            Delete the project
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
