import type { MachinesOut } from "../../api/types";

const HOUR_MS = 3_600_000;
const SHOWN_HOURS = 24;

export interface JobsOfHour {
  hour: string;
  done: number;
  failed: number;
}

/** Jobs of all kinds by hour, also of hours without any, up to the present one. */
export function jobsByHour(hours: MachinesOut["hours"], now: number): JobsOfHour[] {
  const present = Math.floor(now / HOUR_MS);
  const rows = Array.from({ length: SHOWN_HOURS }, (_, index) => ({
    hour: new Date((present - SHOWN_HOURS + 1 + index) * HOUR_MS).toISOString(),
    done: 0,
    failed: 0,
  }));
  for (const { hour, done, failed } of hours) {
    const row = rows[SHOWN_HOURS - 1 - (present - Math.floor(Date.parse(hour) / HOUR_MS))];
    if (!row) continue;
    row.done += done;
    row.failed += failed;
  }
  return rows;
}

/** `14:00`, where the person is. */
export function hourText(hour: string): string {
  return new Date(hour).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
