import { Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { deleteProject } from "../../api/calls";
import { keys } from "../../api/queries";
import { checkSession, useSession } from "../../api/session";
import type { ProjectSummary } from "../../api/types";
import { countText } from "../../ui/amounts";
import { DeletionForm } from "../../ui/DeletionForm";
import { Dialog } from "../../ui/Dialog";

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
  const deleting = useMutation({
    mutationFn: () => deleteProject(project.id, project.name),
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
  return (
    <DeletionForm
      name={project.name}
      label="Delete the project"
      error={deleting.error}
      isPending={deleting.isPending}
      onDelete={() => deleting.mutate()}
      onClose={onClose}
    >
      <Text size="sm">
        <b>{countText(project.images, "image")}</b> and <b>{countText(project.masks, "mask")}</b>, its
        batches, exports, labels and guidelines are deleted for good. Export what you want to keep first.
        People keep their accounts and their roles in other projects; models stay.
      </Text>
    </DeletionForm>
  );
}
