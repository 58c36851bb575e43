import type { JobKind, JobsOverview, KindOut, WorkerOut } from "../../api/types";

export const KIND_LABELS: Record<JobKind, string> = {
  embed: "Embeddings",
  export: "Exports",
  import_annotations: "Imports of annotations",
  train_detector: "Detectors",
  propose: "Proposals",
  automask: "Automatic masks",
  retrain: "Retraining",
  download_model: "Downloads of models",
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
export function queueProblem({ kinds, unserved, workers }: JobsOverview): string | null {
  const jobs = kinds.reduce((total, { queued }) => total + queued, 0);
  if (jobs === 0) return null;
  if (aliveWorkers(workers).length === 0) {
    return (
      `No worker is running, and ${waitText(jobs)}. Start one with \`maskloop worker\` on the server, ` +
      "or start Maskloop again with `maskloop run`."
    );
  }
  const [first] = unserved;
  if (!first) return null;
  const queues = unserved.map(({ queue }) => queue);
  const waiting = unserved.reduce((total, { queued }) => total + queued, 0);
  return (
    `No worker serves the ${queues.length === 1 ? "queue" : "queues"} ${queues.join(" and ")}: ` +
    `${waitText(waiting)}. Start one with \`maskloop worker --queues ${queues.join(",")}\`.`
  );
}

function waitText(jobs: number): string {
  return jobs === 1 ? "1 job waits" : `${jobs.toLocaleString()} jobs wait`;
}
