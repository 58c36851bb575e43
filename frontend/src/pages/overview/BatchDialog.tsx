import { Alert, Button, Checkbox, Group, NumberInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changeBatch, makeBatch } from "../../api/calls";
import { errorText } from "../../api/errors";
import { keys } from "../../api/queries";
import type { BatchOut } from "../../api/types";
import { Dialog } from "../../ui/Dialog";

interface Props {
  opened: boolean;
  /** null: a new one. */
  batch: BatchOut | null;
  onClose: () => void;
}

/** Makes a batch, or changes one. */
export function BatchDialog({ opened, batch, onClose }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title={batch ? `Edit ${batch.name}` : "New batch"} size={480}>
      <BatchForm key={batch?.id} batch={batch} onClose={onClose} />
    </Dialog>
  );
}

function BatchForm({ batch, onClose }: Omit<Props, "opened">) {
  const cache = useQueryClient();
  const [form, setForm] = useState({
    name: batch?.name ?? "",
    priority: batch?.priority ?? 0,
    reviewPercent: Math.round(100 * (batch?.review_share ?? 0)),
    secondPercent: Math.round(100 * (batch?.second_share ?? 0)),
    peerReview: batch?.peer_review ?? false,
  });
  const change = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const save = useMutation({
    mutationFn: () => {
      const wanted = {
        name: form.name.trim(),
        priority: form.priority,
        review_share: form.reviewPercent / 100,
        second_share: form.secondPercent / 100,
        peer_review: form.peerReview,
      };
      return batch ? changeBatch(batch.id, wanted) : makeBatch(wanted);
    },
    onSuccess: async () => {
      // Images tell the name of their batch.
      await Promise.all([keys.batches, keys.images].map((queryKey) => cache.invalidateQueries({ queryKey })));
      onClose();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (form.name.trim() !== "") save.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Name"
          maxLength={80}
          data-autofocus
          value={form.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <NumberInput
          label="Priority"
          description="Images of batches with a higher number are handed out first; from -1000 to 1000."
          min={-1000}
          max={1000}
          allowDecimal={false}
          value={form.priority}
          onChange={(priority) => change({ priority: Number(priority) })}
        />
        <NumberInput
          label="Review"
          description="Share of the submitted images that a manager looks at before they are done."
          suffix=" %"
          min={0}
          max={100}
          allowDecimal={false}
          value={form.reviewPercent}
          onChange={(percent) => change({ reviewPercent: Number(percent) })}
        />
        <Checkbox
          label="Annotators review, too"
          description="What others have submitted, never their own images."
          checked={form.peerReview}
          onChange={(event) => change({ peerReview: event.currentTarget.checked })}
        />
        {batch?.kind !== "second_look" && batch?.kind !== "audit" && (
          <NumberInput
            label="Second look"
            description="Share of the submitted images that somebody else annotates once more without seeing the masks, to tell how well people agree."
            suffix=" %"
            min={0}
            max={100}
            allowDecimal={false}
            value={form.secondPercent}
            onChange={(percent) => change({ secondPercent: Number(percent) })}
          />
        )}
        {save.error && (
          <Alert color="red" title={batch ? "The batch was not changed" : "The batch was not made"}>
            {errorText(save.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={form.name.trim() === ""}>
            {batch ? "Save" : "Make the batch"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
