import type { StageFigures } from "../../api/types";

export interface Totals {
  masks: number;
  proposals: number;
  /** Of masks that nobody spent time on, of all. */
  machineShare: number | null;
  meanSeconds: number | null;
  /** The lowest and highest of the stages: that of all lies between. */
  medianSeconds: [number, number] | null;
  clicksPerMask: number | null;
}

/** The figures of all stages together. */
export function totalsOf(stages: readonly StageFigures[]): Totals {
  const timed = (stage: StageFigures) => stage.masks * (1 - (stage.machine_share ?? 1));
  const masks = sum(stages, (stage) => stage.masks);
  const all = sum(stages, timed);
  const mean = (of: (stage: StageFigures) => number | null) =>
    all === 0 ? null : sum(stages, (stage) => timed(stage) * (of(stage) ?? 0)) / all;
  const medians = stages.flatMap(({ median_seconds }) => (median_seconds === null ? [] : [median_seconds]));
  return {
    masks,
    proposals: sum(stages, (stage) => stage.proposals),
    machineShare: masks === 0 ? null : 1 - all / masks,
    meanSeconds: mean((stage) => stage.mean_seconds),
    medianSeconds: medians.length === 0 ? null : [Math.min(...medians), Math.max(...medians)],
    clicksPerMask: mean((stage) => stage.clicks_per_mask),
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
