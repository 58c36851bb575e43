import { Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { deleteBatch } from "../../api/calls";
import { keys } from "../../api/queries";
import type { BatchOut } from "../../api/types";
import { countText } from "../../ui/amounts";
import { DeletionForm } from "../../ui/DeletionForm";
import { Dialog } from "../../ui/Dialog";

interface Props {
  opened: boolean;
  /** The batch, and its second looks and audits. */
  family: [BatchOut, ...BatchOut[]];
  onClose: () => void;
}

/** Nothing brings a deleted batch back, so its name has to be typed. */
export function DeleteBatchDialog({ opened, family, onClose }: Props) {
  const [batch] = family;
  return (
    <Dialog opened={opened} onClose={onClose} title={`Delete ${batch.name}?`} size={480}>
      <Deletion key={batch.id} family={family} onClose={onClose} />
    </Dialog>
  );
}

function Deletion({ family, onClose }: Omit<Props, "opened">) {
  const [batch] = family;
  const cache = useQueryClient();
  const deleting = useMutation({
    mutationFn: () => deleteBatch(batch.id),
    onSuccess: async () => {
      await Promise.all([keys.batches, keys.images].map((queryKey) => cache.invalidateQueries({ queryKey })));
      onClose();
    },
  });
  const images = family.reduce((total, member) => total + member.images.total, 0);
  const masks = family.reduce((total, member) => total + member.masks + member.proposals, 0);
  const others = family.length > 1 ? ", those of its second looks and audits included," : "";
  return (
    <DeletionForm
      name={batch.name}
      label="Delete the batch"
      error={deleting.error}
      isPending={deleting.isPending}
      onDelete={() => deleting.mutate()}
      onClose={onClose}
    >
      <Text size="sm">
        <b>{countText(images, "image")}</b> and <b>{countText(masks, "mask")}</b>
        {others} are deleted for good. Export what you want to keep first.
      </Text>
    </DeletionForm>
  );
}
