import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { putRun } from "./events";
import { keys } from "./queries";
import type { TrainingPointOut, TrainingRunOut } from "./types";

const RUN = { id: "run", state: "training", progress: 0.2, finished_at: null } as TrainingRunOut;
const POINTS: TrainingPointOut[] = [{ step: 1, minutes: 0.1, loss: 0.4, iou_by_round: [0.5] }];

function cacheWith(...runs: TrainingRunOut[]): QueryClient {
  const cache = new QueryClient();
  cache.setQueryData(keys.trainingRuns, runs);
  cache.setQueryData(keys.trainingPoints("run"), POINTS);
  return cache;
}

const pointsIn = (cache: QueryClient) => cache.getQueryData(keys.trainingPoints("run"));

it("puts a run that has come on in its place, and a new one before the others", () => {
  const cache = cacheWith(RUN);
  putRun(cache, { ...RUN, progress: 0.3 });
  putRun(cache, { ...RUN, id: "next" });
  const runs = cache.getQueryData<TrainingRunOut[]>(keys.trainingRuns);
  expect(runs?.map(({ id, progress }) => [id, progress])).toEqual([
    ["next", 0.2],
    ["run", 0.3],
  ]);
});

it("keeps a run's curve while it trains, and asks for it anew when it is resumed", () => {
  const cache = cacheWith(RUN);
  putRun(cache, { ...RUN, progress: 0.3 });
  expect(pointsIn(cache)).toEqual(POINTS);
  putRun(cache, { ...RUN, state: "queued" });
  expect(pointsIn(cache)).toBeUndefined();
});

it("asks for the models anew when a run has ended", () => {
  const cache = cacheWith(RUN);
  cache.setQueryData([...keys.models, "list"], []);
  putRun(cache, { ...RUN, state: "done", finished_at: "2026-01-05T10:00:00Z" });
  expect(cache.getQueryState([...keys.models, "list"])?.isInvalidated).toBe(true);
});
