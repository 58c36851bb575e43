import { createStore, type StoreApi } from "zustand/vanilla";

/** Whose masks are counted. */
let key = "maskloop-today";

/** A person's masks accepted on this computer today, and the active time they took. */
export interface Today {
  day: string;
  masks: number;
  activeMs: number;
}

/** The day where the person is: their midnight starts a new count. */
export function dayOf(now: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export function withMask(today: Today, day: string, activeMs: number): Today {
  const before = today.day === day ? today : { masks: 0, activeMs: 0 };
  return { day, masks: before.masks + 1, activeMs: before.activeMs + activeMs };
}

export function parseToday(text: string | null, day: string): Today {
  const empty: Today = { day, masks: 0, activeMs: 0 };
  if (text === null) return empty;
  try {
    const kept = JSON.parse(text) as Partial<Today>;
    const { masks, activeMs } = kept;
    return kept.day === day && typeof masks === "number" && typeof activeMs === "number"
      ? { day, masks, activeMs }
      : empty;
  } catch {
    return empty;
  }
}

/** `3 min`, `1 h 05 min` */
export function minutesText(activeMs: number): string {
  const minutes = Math.floor(activeMs / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/**
 * Counted in this browser, when a mask is accepted: the day is that of the person's clock, and it goes on while the
 * server is away.
 */
export const today: StoreApi<Today> = createStore<Today>(() => ({
  day: "",
  masks: 0,
  activeMs: 0,
}));

export function countFor(userId: string): void {
  key = `maskloop-today-${userId}`;
}

export function countMask(activeMs: number): void {
  // What is kept comes first: another tab may have counted meanwhile.
  const next = withMask(readToday(), dayOf(new Date()), activeMs);
  localStorage.setItem(key, JSON.stringify(next));
  today.setState(next, true);
}

/** Reads what is kept; follows the clock past midnight, and other tabs. */
export function renewToday(): void {
  const now = readToday();
  const { day, masks, activeMs } = today.getState();
  if (now.day !== day || now.masks !== masks || now.activeMs !== activeMs) today.setState(now, true);
}

function readToday(): Today {
  return parseToday(localStorage.getItem(key), dayOf(new Date()));
}
