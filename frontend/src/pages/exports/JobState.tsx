import { Progress, Text } from "@mantine/core";
import type { ExportOut } from "../../api/types";
import classes from "./exports.module.css";

interface Props {
  state: ExportOut["state"];
  /** 0 to 1 */
  progress: number | null;
  error: string | null;
  label: string;
}

/** How far a job is, or why it failed; nothing when it is done. */
export function JobState({ state, progress, error, label }: Props) {
  if (state === "done") return null;
  if (state === "failed")
    return (
      <Text size="sm" c="var(--bad)" className={classes.error} role="alert">
        {error}
      </Text>
    );
  const percent = Math.round(100 * (progress ?? 0));
  return (
    <div className={classes.progress}>
      <Progress
        value={state === "queued" ? 0 : percent}
        animated={state === "running"}
        aria-label={`Progress of ${label}`}
      />
      <Text size="xs" c="dimmed">
        {state === "queued" ? "waiting for a worker" : `${percent} %`}
      </Text>
    </div>
  );
}
