import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { retryTraining } from "../../api/calls";
import { errorText } from "../../api/errors";
import { putRun } from "../../api/events";
import { mayAdminister } from "../../api/roles";
import { useSession } from "../../api/session";
import type { TrainingRunOut } from "../../api/types";
import { STAGE_LABELS } from "../../stages/labels";
import lists from "../../ui/list.module.css";
import { agoText } from "../../ui/when";
import classes from "./models.module.css";
import { Qualities } from "./Qualities";
import { RunCurve } from "./RunCurve";
import { PHASES, triggerText } from "./texts";

export function PastRun({ run }: { run: TrainingRunOut }) {
  const { role } = useSession();
  const cache = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const retrying = useMutation({
    mutationFn: () => retryTraining(run.id),
    onSuccess: (queued) => putRun(cache, queued),
    onError: (error) =>
      notifications.show({ color: "red", title: "The run was not tried again", message: errorText(error) }),
  });
  const name = `${STAGE_LABELS[run.stage]}: ${run.model_name ?? PHASES[run.state].toLowerCase()}`;
  return (
    <li className={lists.row} aria-label={name}>
      <span className={classes.state} data-state={run.state}>
        {PHASES[run.state]}
      </span>
      <div className={classes.runText}>
        <Text size="sm" fw={500}>
          {run.parent_name}
          {run.model_name && (
            <>
              <span className={classes.arrow}>→</span>
              {run.model_name}
            </>
          )}
        </Text>
        {run.verdict && <Text size="sm">{run.verdict}</Text>}
        {run.error && (
          <Text size="sm" c="var(--bad)">
            {run.error}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {STAGE_LABELS[run.stage]}, {triggerText(run)} · {agoText(run.created_at)}
          {run.settings.note && ` · ${run.settings.note}`}
        </Text>
      </div>
      <Group gap={8} wrap="nowrap">
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Hide" : "Show"} the figures of ${name}`}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Hide figures" : "Figures"}
        </Button>
        {mayAdminister(role) && run.state !== "done" && (
          <Button
            size="compact-sm"
            variant="default"
            loading={retrying.isPending}
            onClick={() => retrying.mutate()}
          >
            Try again
          </Button>
        )}
      </Group>
      {isOpen && (
        <div className={classes.wide}>
          {run.metrics && <Qualities metrics={run.metrics} />}
          <RunCurve runId={run.id} isGoingOn={false} />
        </div>
      )}
    </li>
  );
}
