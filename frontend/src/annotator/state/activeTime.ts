/** A stretch without input counts for this long at most. */
export const IDLE_AFTER_MS = 10_000;

/**
 * Active time on one mask, from the first interaction with it (the first click or stroke) to acceptance.
 *
 * The rule: time between two inputs counts, up to IDLE_AFTER_MS of it; what a stretch without input lasts
 * beyond that is dropped. While the tab is hidden nothing counts.
 * All times are milliseconds on one monotonic clock.
 */
export interface ActiveTime {
  /** What counted up to `lastInputAt`. */
  countedMs: number;
  /** null: not begun, or paused because the tab is hidden. */
  lastInputAt: number | null;
  begun: boolean;
}

export const NO_TIME: ActiveTime = { countedMs: 0, lastInputAt: null, begun: false };

/** The person did something with the mask itself. */
export function begin(time: ActiveTime, now: number): ActiveTime {
  return time.begun ? input(time, now) : { countedMs: time.countedMs, lastInputAt: now, begun: true };
}

/** Any input: pointer, wheel or key. Before the first interaction it counts for nothing. */
export function input(time: ActiveTime, now: number): ActiveTime {
  return time.begun ? { ...time, countedMs: activeMs(time, now), lastInputAt: now } : time;
}

export function hide(time: ActiveTime, now: number): ActiveTime {
  return { ...time, countedMs: activeMs(time, now), lastInputAt: null };
}

export function show(time: ActiveTime, now: number): ActiveTime {
  return time.begun ? { ...time, lastInputAt: now } : time;
}

/** Active milliseconds up to now. */
export function activeMs(time: ActiveTime, now: number): number {
  if (time.lastInputAt === null) return time.countedMs;
  return time.countedMs + Math.min(IDLE_AFTER_MS, Math.max(0, now - time.lastInputAt));
}
