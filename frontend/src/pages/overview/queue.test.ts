import { expect, it } from "vitest";
import type { JobsOverview, KindOut, WorkerOut } from "../../api/types";
import { busyKinds, queueProblem, secondsLeft } from "./queue";

const NOW = Date.parse("2026-03-20T12:00:00Z");

const kind = (part: Partial<KindOut>): KindOut => ({
  kind: "embed",
  queued: 0,
  running: 0,
  failed: 0,
  done_last_hour: 0,
  waiting_since: null,
  seconds_each: null,
  ...part,
});

const worker = (alive: boolean) => ({ host: "alpha", pid: 1, alive }) as WorkerOut;
const problem = (kinds: KindOut[], workers: WorkerOut[]) =>
  queueProblem({ kinds, workers } satisfies JobsOverview, NOW);

it("asks for a worker when jobs wait and none is alive", () => {
  const waiting = [kind({ queued: 12 }), kind({ kind: "export", queued: 1 })];
  expect(problem(waiting, [worker(false)])).toMatch(/No worker is running, and 13 jobs wait\. Start one/);
  expect(problem(waiting, [worker(true)])).toBeNull();
  expect(problem([kind({ failed: 3 })], [])).toBeNull();
});

it("asks for another worker when one is free and none takes a kind of jobs", () => {
  const untaken = kind({ kind: "export", queued: 1, waiting_since: "2026-03-20T11:55:00Z" });
  expect(problem([untaken], [worker(true)])).toMatch(/^Exports wait, and no worker takes them/);
  expect(problem([untaken, kind({ running: 1 })], [worker(true)])).toBeNull(); // it comes next
  const fresh = { ...untaken, waiting_since: "2026-03-20T11:59:50Z" };
  expect(problem([fresh], [worker(true)])).toBeNull();
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
