const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long ago a time of the server is: `just now`, `5 min ago`, `3 h ago`, `2 days ago`, then its date. */
export function agoText(time: string, now = Date.now()): string {
  const ms = now - Date.parse(time);
  if (ms < MINUTE_MS) return "just now";
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ago`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h ago`;
  const days = Math.floor(ms / DAY_MS);
  if (days < 14) return days === 1 ? "yesterday" : `${days} days ago`;
  return dateText(time);
}

/** How long something has lasted: `12 s`, `5 min`, `1 h 20 min`. */
export function forText(since: string, now = Date.now()): string {
  const ms = Math.max(0, now - Date.parse(since));
  if (ms < MINUTE_MS) return `${Math.floor(ms / 1000)} s`;
  const minutes = Math.floor(ms / MINUTE_MS);
  if (ms < HOUR_MS) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Until when something is good: `for 5 min`, `for 3 h`, `for 2 days`, then `until` its date. */
export function untilText(time: string, now = Date.now()): string {
  const ms = Date.parse(time) - now;
  if (ms <= 0) return "over";
  if (ms < HOUR_MS) return `for ${Math.ceil(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return `for ${Math.round(ms / HOUR_MS)} h`;
  const days = Math.round(ms / DAY_MS);
  if (days < 14) return days === 1 ? "for a day" : `for ${days} days`;
  return `until ${dateText(time)}`;
}

/** `5 Jan 2026`, where the person is. */
export function dateText(time: string): string {
  return new Date(time).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}
