import type { JobKind, JobsOverview, KindOut, WorkerOut } from "../../api/types";

/** A job that waits for so long while a worker is idle is in a queue that none of them takes. */
const UNTAKEN_MS = 60_000;

export const KIND_LABELS: Record<JobKind, string> = {
  embed: "Embeddings",
  export: "Exports",
  import_annotations: "Imports of annotations",
  train_detector: "Detectors",
  propose: "Proposals",
  automask: "Automatic masks",
  retrain: "Retraining",
};

/** Kinds of which something waits, runs, failed or has just been done. */
export function busyKinds(kinds: readonly KindOut[]): KindOut[] {
  return kinds.filter((kind) => kind.queued + kind.running + kind.failed + kind.done_last_hour > 0);
}

export function aliveWorkers(workers: readonly WorkerOut[]): WorkerOut[] {
  return workers.filter(({ alive }) => alive);
}

/** Seconds until the waiting jobs of a kind are done at the present pace; null: nothing waits, or it is unknown. */
export function secondsLeft({ queued, running, seconds_each }: KindOut): number | null {
  if (queued + running === 0 || seconds_each === null) return null;
  return (seconds_each * (queued + running)) / Math.max(1, running);
}

/** What keeps jobs from being done, with what to do about it; commands stand between backticks. */
export function queueProblem({ kinds, workers }: JobsOverview, now: number): string | null {
  const waiting = kinds.filter(({ queued }) => queued > 0);
  const alive = aliveWorkers(workers).length;
  const jobs = waiting.reduce((total, { queued }) => total + queued, 0);
  if (jobs === 0) return null;
  if (alive === 0) {
    const wait = jobs === 1 ? "1 job waits" : `${jobs.toLocaleString()} jobs wait`;
    return (
      `No worker is running, and ${wait}. Start one with \`maskloop worker\` on the server, ` +
      "or start Maskloop again with `maskloop run`."
    );
  }
  const running = kinds.reduce((total, kind) => total + kind.running, 0);
  const isUntaken = (kind: KindOut) =>
    kind.running === 0 && kind.waiting_since !== null && now - Date.parse(kind.waiting_since) > UNTAKEN_MS;
  const untaken = waiting.find(isUntaken);
  if (!untaken || running >= alive) return null;
  return (
    `${KIND_LABELS[untaken.kind]} wait, and no worker takes them although one is free. ` +
    "Start a worker without `--queues`, which takes everything: `maskloop worker`."
  );
}
