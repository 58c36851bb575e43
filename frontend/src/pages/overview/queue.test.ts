import { expect, it } from "vitest";
import type { JobsOverview, KindOut, WorkerOut } from "../../api/types";
import { busyKinds, queueProblem, secondsLeft } from "./queue";

const kind = (part: Partial<KindOut>): KindOut => ({
  kind: "embed",
  queued: 0,
  running: 0,
  failed: 0,
  done_last_hour: 0,
  waiting_since: null,
  running_since: null,
  seconds_each: null,
  ...part,
});

const worker = (alive: boolean) => ({ host: "alpha", pid: 1, alive }) as WorkerOut;
const problem = (kinds: KindOut[], workers: WorkerOut[], unserved: JobsOverview["unserved"] = []) =>
  queueProblem({ kinds, unserved, workers } satisfies JobsOverview);

it("asks for a worker when jobs wait and none is alive", () => {
  const waiting = [kind({ queued: 12 }), kind({ kind: "export", queued: 1 })];
  expect(problem(waiting, [worker(false)])).toMatch(/No worker is running, and 13 jobs wait\. Start one/);
  expect(problem(waiting, [worker(true)])).toBeNull();
  expect(problem([kind({ failed: 3 })], [])).toBeNull();
});

it("names the queues that no worker serves, and how to start one that does", () => {
  const waiting = [kind({ kind: "train_detector", queued: 3 }), kind({ kind: "export", queued: 1 })];
  expect(problem(waiting, [worker(true)], [{ queue: "train", queued: 3 }])).toBe(
    "No worker serves the queue train: 3 jobs wait. Start one with `maskloop worker --queues train`.",
  );
  const both = [
    { queue: "io" as const, queued: 1 },
    { queue: "train" as const, queued: 3 },
  ];
  expect(problem(waiting, [worker(true)], both)).toMatch(/^No worker serves the queues io and train: 4 jobs/);
});

it("estimates how long the waiting jobs take, by as many workers as run now", () => {
  expect(secondsLeft(kind({ queued: 8, running: 2, seconds_each: 3 }))).toBe(15);
  expect(secondsLeft(kind({ queued: 8 }))).toBeNull();
  expect(secondsLeft(kind({ seconds_each: 3 }))).toBeNull();
});

it("leaves out kinds that nothing was done of", () => {
  expect(busyKinds([kind({}), kind({ kind: "export", done_last_hour: 1 })]).map((one) => one.kind)).toEqual([
    "export",
  ]);
});
