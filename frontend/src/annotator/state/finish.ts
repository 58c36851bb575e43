/** How the decoder's answers are finished before they are shown. */
export interface Finish {
  /** Islands and holes below this percentage of the mask's largest part are removed; 0: none. */
  specksPercent: number;
  /** Outlines follow the photo's colours. */
  followEdges: boolean;
}

/** Answers as they are: how masks were shown before there was a choice, and what their logs have nothing about. */
export const UNFINISHED: Finish = { specksPercent: 0, followEdges: false };

// SPECK_SHARE of engine/specks.py
export const DEFAULT_FINISH: Finish = { specksPercent: 10, followEdges: true };

export const MOST_SPECKS_PERCENT = 50;

export function isSameFinish(a: Finish, b: Finish): boolean {
  return a.specksPercent === b.specksPercent && a.followEdges === b.followEdges;
}

/** Reads what was kept earlier; what is missing or out of range there is as by default. */
export function parseFinish(text: string | null): Finish {
  const { specksPercent, followEdges } = parsed(text);
  const isPercent =
    Number.isInteger(specksPercent) &&
    (specksPercent as number) >= 0 &&
    (specksPercent as number) <= MOST_SPECKS_PERCENT;
  return {
    specksPercent: isPercent ? (specksPercent as number) : DEFAULT_FINISH.specksPercent,
    followEdges: typeof followEdges === "boolean" ? followEdges : DEFAULT_FINISH.followEdges,
  };
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // Changed by hand: a lost setting is all there is to lose.
  }
}
