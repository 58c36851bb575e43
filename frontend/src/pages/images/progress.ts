import type { Summary } from "../../api/types";
import { NO_WORKER } from "../../api/workers";
import { durationText } from "../../ui/amounts";

/** `Embedding 5 of 12, about 9 s left`, or null when nothing is outstanding. */
export function progressText(summary: Summary, hasNoWorker = false): string | null {
  const outstanding = summary.queued + summary.computing;
  if (outstanding === 0) return null;
  const position = summary.total - outstanding + 1;
  const text = `Embedding ${position} of ${summary.total}`;
  if (hasNoWorker) return `${text}: ${NO_WORKER}`;
  return summary.seconds_left === null ? text : `${text}, about ${durationText(summary.seconds_left)} left`;
}

/** Share of the images that need no more work, 0 to 100. */
export function progressPercent(summary: Summary): number {
  return summary.total === 0 ? 0 : (100 * (summary.ready + summary.failed)) / summary.total;
}
