import type { DayFigures, MaskSource, PromotionFigures } from "../../api/types";
import { SOURCE_GROUPS, type SourceGroup } from "./sources";

const DAY_MS = 86_400_000;
/** With more days than that, bars stand for weeks. */
const MOST_BARS = 120;
const LONGEST_NAME = 16;
/** Of the longest name, as a share of a chart's width. */
const NAME_WIDTH = 0.16;

/** Days are those of UTC, as the server counts them: `2026-03-05`. */
export function today(now = Date.now()): string {
  return new Date(now).toISOString().slice(0, 10);
}

export function addDays(day: string, count: number): string {
  return today(Date.parse(day) + count * DAY_MS);
}

/** `5 Mar`, or `5 Mar 2025` where it is not of this year. */
export function dayText(day: string, now = today()): string {
  const isThisYear = day.slice(0, 4) === now.slice(0, 4);
  return new Date(day).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
    ...(isThisYear ? {} : { year: "numeric" }),
  });
}

export interface Range {
  from: string;
  to: string;
}

/**
 * The days that are shown: those asked for, as far as there was a project with masks (`firstDay`) and a future is not among
 * them; else from the first to the last with anything. null: there are none.
 */
export function rangeOf(
  days: readonly DayFigures[],
  asked: Partial<Range>,
  firstDay: string | null,
  now = today(),
): Range | null {
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  if (first === undefined || last === undefined) return null;
  // Clocks of servers may be ahead.
  const present = later(now, last);
  const from = asked.from === undefined ? first : earlier(first, later(asked.from, firstDay ?? first));
  const to = asked.to ?? (asked.from === undefined ? last : present);
  return { from, to: later(last, earlier(to, present)) };
}

const earlier = (one: string, other: string) => (one < other ? one : other);
const later = (one: string, other: string) => (one > other ? one : other);

/** Every day of the range, so that a day without work is seen as one. */
export function daysBetween({ from, to }: Range): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** The Monday that a day's week begins with. */
export function weekOf(day: string): string {
  return addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
}

export type Step = "day" | "week";

export interface Throughput {
  /** A day, or the Monday of a week. */
  at: string;
  images: number;
  masks: number;
  sources: Record<SourceGroup, number>;
}

/** Work done by day, or by week where there would be too many bars. */
export function throughputOf(days: readonly DayFigures[], range: Range): { step: Step; bars: Throughput[] } {
  const all = daysBetween(range);
  const step: Step = all.length > MOST_BARS ? "week" : "day";
  const placeOf = (day: string) => (step === "week" ? weekOf(day) : day);
  const bars = new Map<string, Throughput>();
  for (const day of all) {
    const at = placeOf(day);
    if (!bars.has(at)) bars.set(at, { at, images: 0, masks: 0, sources: noSources() });
  }
  for (const { day, images, masks, sources } of days) {
    const bar = bars.get(placeOf(day));
    if (!bar) continue;
    bar.images += images;
    bar.masks += masks;
    for (const [source, count] of Object.entries(sources))
      bar.sources[SOURCE_GROUPS[source as MaskSource]] += count;
  }
  return { step, bars: [...bars.values()] };
}

function noSources(): Record<SourceGroup, number> {
  return { clicked: 0, clicked_painted: 0, painted: 0, corrected: 0, detected: 0, automatic: 0, imported: 0 };
}

/** Models by the day on which they were put to use, of the range; several of a day share a mark. */
export function marksOf(
  promotions: readonly PromotionFigures[],
  { from, to }: Range,
): { x: string; label: string }[] {
  const names = new Map<string, string[]>();
  for (const { at, model } of [...promotions].sort((a, b) => a.at.localeCompare(b.at))) {
    const day = at.slice(0, 10);
    if (day >= from && day <= to) names.set(day, [...(names.get(day) ?? []), model]);
  }
  return [...names].map(([x, models]) => ({ x, label: models.join(", ") }));
}

/** Marks that keep their names only where there is room for them; the others are lines without one. */
export function readableMarks(
  marks: readonly { x: string; label: string }[],
  { from, to }: Range,
): { x: string; label: string }[] {
  const room = Math.max(1, (Date.parse(to) - Date.parse(from)) * NAME_WIDTH);
  let next = Number.POSITIVE_INFINITY;
  return [...marks]
    .reverse()
    .map(({ x, label }) => {
      if (next - Date.parse(x) < room) return { x, label: "" };
      next = Date.parse(x);
      return { x, label: label.length > LONGEST_NAME ? `${label.slice(0, LONGEST_NAME - 1)}…` : label };
    })
    .reverse();
}
