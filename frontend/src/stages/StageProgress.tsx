import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { cancelStage, retryStage } from "../api/calls";
import { errorText } from "../api/errors";
import { isWorking, keys, stageQuery } from "../api/queries";
import type { StageOut } from "../api/types";
import { useNoWorker } from "../api/workers";
import { figuresText, headText, percentDone } from "./progressText";
import classes from "./stages.module.css";

/** Of failures, before the rest is only counted. */
const SHOWN_FAILURES = 3;

/** What machines do in a batch, live: how far they are, how fast, and what has failed. Nothing where they do nothing. */
export function StageProgress({ batchId }: { batchId: string }) {
  const { data: status } = useQuery(stageQuery(batchId));
  const cancel = useStageChange(batchId, cancelStage);
  const hasNoWorker = useNoWorker(status !== undefined && isWorking(status));
  if (!status) return null;
  const head = headText(status);
  if (head === null) return null;
  const figures = figuresText(status, hasNoWorker);
  const isRunning = isWorking(status);
  return (
    <Stack gap={6} className={classes.progress} data-testid="stage-progress" data-working={isRunning}>
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <Text size="sm" role="status">
          {head}
        </Text>
        {isRunning && (
          <Button
            size="compact-xs"
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            Stop
          </Button>
        )}
      </Group>
      {isRunning && <Progress size="sm" value={percentDone(status)} aria-label="Done by machines" animated />}
      {figures && (
        <Text size="xs" c="dimmed" data-testid="stage-figures">
          {figures}
        </Text>
      )}
      {cancel.error && (
        <Text size="xs" c="red" role="alert">
          {errorText(cancel.error)}
        </Text>
      )}
      <Failures batchId={batchId} status={status} />
    </Stack>
  );
}

function Failures({ batchId, status }: { batchId: string; status: StageOut }) {
  const retry = useStageChange(batchId, retryStage);
  const { detector, failures, images } = status;
  const reasons = [
    ...(detector?.state === "failed"
      ? [{ image_id: "", name: "Detector", reason: detector.error ?? "It has failed." }]
      : []),
    ...failures,
  ];
  if (reasons.length === 0) return null;
  const more = Math.max(images.failed, failures.length) - Math.min(failures.length, SHOWN_FAILURES);
  return (
    <div className={classes.failures} role="alert">
      <IconAlertTriangle size={18} />
      <Stack gap={4}>
        {reasons.slice(0, SHOWN_FAILURES).map(({ image_id, name, reason }) => (
          <Text key={image_id} size="xs">
            <b>{name}</b>: {reason}
          </Text>
        ))}
        {more > 0 && <Text size="xs">And {more} more.</Text>}
        {retry.error && <Text size="xs">{errorText(retry.error)}</Text>}
        <Button
          size="compact-xs"
          variant="default"
          className={classes.retry}
          loading={retry.isPending}
          onClick={() => retry.mutate()}
        >
          Try again
        </Button>
      </Stack>
    </div>
  );
}

function useStageChange(batchId: string, change: (batchId: string) => Promise<StageOut>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => change(batchId),
    onSuccess: (status) => cache.setQueryData(keys.stage(batchId), status),
  });
}
