import type { Summary } from "../../api/types";

/** `Embedding 5 of 12, about 9 s left`, or null when nothing is outstanding. */
export function progressText(summary: Summary): string | null {
  const outstanding = summary.queued + summary.computing;
  if (outstanding === 0) return null;
  const position = summary.total - outstanding + 1;
  const text = `Embedding ${position} of ${summary.total}`;
  return summary.seconds_left === null ? text : `${text}, about ${durationText(summary.seconds_left)} left`;
}

/** Share of the images that need no more work, 0 to 100. */
export function progressPercent(summary: Summary): number {
  return summary.total === 0 ? 0 : (100 * (summary.ready + summary.failed)) / summary.total;
}

/** A duration the way people say it: `9 s`, `4 min`, `2 h 10 min`. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}
