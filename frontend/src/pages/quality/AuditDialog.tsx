import { Alert, Button, Group, NumberInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { startAudit } from "../../api/calls";
import { errorText } from "../../api/errors";
import { keys } from "../../api/queries";
import type { BatchOut } from "../../api/types";
import { Dialog } from "../../ui/Dialog";

const PAPERS_SAMPLE = 500;
const MOST = 5000;

interface Props {
  opened: boolean;
  batch: BatchOut;
  onClose: () => void;
}

/** Asks how many images people are to correct, to judge the automatic masks of a batch. */
export function AuditDialog({ opened, batch, onClose }: Props) {
  const cache = useQueryClient();
  const [images, setImages] = useState<number | string>(Math.min(PAPERS_SAMPLE, batch.images.total));
  const start = useMutation({
    mutationFn: () => startAudit(batch.id, Number(images)),
    onSuccess: async () => {
      await Promise.all(
        [keys.batches, keys.quality, keys.images].map((queryKey) => cache.invalidateQueries({ queryKey })),
      );
      onClose();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    start.mutate();
  }
  return (
    <Dialog opened={opened} onClose={onClose} title={`Audit ${batch.name}`} size={460}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">
            Random images with automatic masks come into the queue as copies. Annotators correct their masks;
            the figures under Quality tell how far they had to.
          </Text>
          <NumberInput
            label="Images"
            description="The Segment Anything paper drew 500."
            min={1}
            max={MOST}
            allowDecimal={false}
            value={images}
            onChange={setImages}
            data-autofocus
          />
          {start.error && (
            <Alert color="red" title="The audit was not started">
              {errorText(start.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={start.isPending} disabled={images === ""}>
              Start the audit
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
