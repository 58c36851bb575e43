import { Alert, Button, Group, List, Loader, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { enterStage, previewStage } from "../api/calls";
import { errorText } from "../api/errors";
import { keys } from "../api/queries";
import type { BatchOut, Stage } from "../api/types";
import { NO_WORKER, useNoWorker } from "../api/workers";
import { Dialog } from "../ui/Dialog";
import { STAGE_LABELS } from "./labels";
import { previewLines } from "./previewText";

interface Props {
  batch: BatchOut;
  /** null: the dialog is closed. */
  stage: Stage | null;
  onClose: () => void;
}

/** What a stage would do to a batch, and the button that enters it. */
export function StageDialog({ batch, stage, onClose }: Props) {
  return (
    <Dialog
      opened={stage !== null}
      onClose={onClose}
      title={stage && `${batch.name}: ${STAGE_LABELS[stage]}`}
    >
      {stage && <Preview batch={batch} stage={stage} onClose={onClose} />}
    </Dialog>
  );
}

function Preview({ batch, stage, onClose }: Props & { stage: Stage }) {
  const cache = useQueryClient();
  const { data: preview, error } = useQuery({
    queryKey: [...keys.stage(batch.id), "preview", stage],
    queryFn: () => previewStage(batch.id, stage),
    gcTime: 0,
  });
  const enter = useMutation({
    mutationFn: () => enterStage(batch.id, stage),
    onSuccess: (status) => {
      cache.setQueryData(keys.stage(batch.id), status);
      notifications.show({ message: `${batch.name} is ${STAGE_LABELS[status.stage].toLowerCase()} now.` });
      void cache.invalidateQueries({ queryKey: keys.batches });
      void cache.invalidateQueries({ queryKey: keys.images });
      onClose();
    },
  });
  const hasNoWorker = useNoWorker(stage !== "assisted_manual");
  const failure = enter.error ?? error;
  return (
    <>
      {!preview && !error && <Loader size="sm" />}
      {preview?.problem && <Alert color="orange">{preview.problem}</Alert>}
      {preview && !preview.problem && (
        <List size="sm" spacing={6}>
          {hasNoWorker && <List.Item>Just now {NO_WORKER}, so nothing would happen until one is.</List.Item>}
          {previewLines(stage, preview).map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      )}
      {failure && (
        <Text size="sm" c="var(--bad)" role="alert" mt="sm">
          {errorText(failure)}
        </Text>
      )}
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="subtle" color="gray" onClick={onClose}>
          Cancel
        </Button>
        <Button
          data-autofocus
          disabled={!preview || preview.problem !== null}
          loading={enter.isPending}
          onClick={() => enter.mutate()}
        >
          Enter the stage
        </Button>
      </Group>
    </>
  );
}
