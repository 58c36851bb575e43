import { Button, Progress, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { cancelTraining } from "../../api/calls";
import { errorText } from "../../api/errors";
import { putRun } from "../../api/events";
import { mayAdminister } from "../../api/roles";
import { useSession } from "../../api/session";
import type { TrainingRunOut } from "../../api/types";
import { useNoWorker } from "../../api/workers";
import { STAGE_LABELS } from "../../stages/labels";
import { countText } from "../../ui/amounts";
import classes from "./models.module.css";
import { RunCurve } from "./RunCurve";
import { PHASES, progressText, triggerText } from "./texts";

export function PresentRun({ run }: { run: TrainingRunOut }) {
  const { role } = useSession();
  const hasNoWorker = useNoWorker(true);
  const cache = useQueryClient();
  const stopping = useMutation({
    mutationFn: () => cancelTraining(run.id),
    onSuccess: (stopped) => putRun(cache, stopped),
    onError: (error) =>
      notifications.show({ color: "red", title: "The run was not stopped", message: errorText(error) }),
  });
  return (
    <article className={classes.run} aria-label="The run that goes on">
      <div className={classes.runHead}>
        <div className={classes.runText}>
          <Text fw={600}>{PHASES[run.state]}</Text>
          <Text size="sm" c="dimmed">
            {STAGE_LABELS[run.stage]}, {triggerText(run)} · goes on from {run.parent_name}
            {run.snapshot &&
              ` · ${countText(run.snapshot.mask_count, "mask")}, ${run.snapshot.held_out_masks} of them held out`}
            {run.precision && ` · in ${run.precision}`}
          </Text>
        </div>
        {mayAdminister(role) && (
          <Button
            variant="default"
            disabled={run.state === "stopping"}
            loading={stopping.isPending}
            onClick={() => stopping.mutate()}
          >
            Stop the run
          </Button>
        )}
      </div>
      <div>
        <Progress
          value={100 * run.progress}
          animated={run.state !== "queued"}
          aria-label="Progress of the run"
        />
        <Text size="xs" c="dimmed" mt={4}>
          {progressText(run, hasNoWorker)}
        </Text>
      </div>
      <RunCurve runId={run.id} isGoingOn={run.state !== "stopping"} />
    </article>
  );
}
