import { expect, it } from "vitest";
import type { DayFigures, PromotionFigures } from "../../api/types";
import { addDays, daysBetween, dayText, marksOf, rangeOf, readableMarks, throughputOf, weekOf } from "./days";

const day = (at: string, sources: DayFigures["sources"], images = 0) =>
  ({ day: at, masks: Object.values(sources).reduce((a, b) => a + b, 0), images, sources }) as DayFigures;
const promotion = (at: string, model: string) => ({ at, model }) as PromotionFigures;

it("goes over the ends of months and years", () => {
  expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
  expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
  expect(weekOf("2026-03-01")).toBe("2026-02-23"); // a Sunday
  expect(weekOf("2026-02-23")).toBe("2026-02-23");
});

it("names the year only of another one", () => {
  expect(dayText("2026-03-05", "2026-11-28")).toBe("5 Mar");
  expect(dayText("2025-03-05", "2026-11-28")).toBe("5 Mar 2025");
});

it("shows the days that were asked for, else those that have anything", () => {
  const days = [day("2026-03-02", { clicked: 1 }), day("2026-03-05", { clicked: 1 })];
  const range = (asked: { from?: string; to?: string }) => rangeOf(days, asked, "2026-02-25", "2026-03-09");
  expect(rangeOf([], {}, null, "2026-03-09")).toBe(null);
  expect(range({})).toEqual({ from: "2026-03-02", to: "2026-03-05" });
  expect(range({ from: "2026-03-01" })).toEqual({ from: "2026-03-01", to: "2026-03-09" });
  expect(range({ to: "2026-03-07" })).toEqual({ from: "2026-03-02", to: "2026-03-07" });
});

it("shows neither years before the first mask nor the future", () => {
  const days = [day("2026-03-05", { clicked: 1 })];
  expect(rangeOf(days, { from: "2024-01-01", to: "2027-01-01" }, "2026-02-25", "2026-03-09")).toEqual({
    from: "2026-02-25",
    to: "2026-03-09",
  });
});

it("has a bar also for a day without work, and puts sources of a kind together", () => {
  const days = [
    day("2026-03-02", { clicked: 4, edited: 1, split: 2 }, 3),
    day("2026-03-04", { detected: 5 }),
  ];
  const { step, bars } = throughputOf(days, { from: "2026-03-02", to: "2026-03-04" });
  expect(step).toBe("day");
  expect(bars.map(({ at, masks, images }) => [at, masks, images])).toEqual([
    ["2026-03-02", 7, 3],
    ["2026-03-03", 0, 0],
    ["2026-03-04", 5, 0],
  ]);
  expect(bars[0]?.sources).toMatchObject({ clicked: 4, corrected: 3, detected: 0 });
});

it("puts a long time together to weeks without losing a mask", () => {
  const range = { from: "2026-01-01", to: "2026-06-30" };
  const days = daysBetween(range).map((at) => day(at, { clicked: 2 }, 1));
  const { step, bars } = throughputOf(days, range);
  expect(step).toBe("week");
  expect(bars).toHaveLength(27);
  expect(bars.reduce((sum, { masks }) => sum + masks, 0)).toBe(2 * 181);
  expect(bars[1]).toMatchObject({ at: "2026-01-05", masks: 14, images: 7 });
});

it("marks the days of the range on which a model was put to use", () => {
  const promotions = [
    promotion("2026-03-03T15:00:00Z", "third"),
    promotion("2026-03-03T09:00:00Z", "second"),
    promotion("2026-02-01T09:00:00Z", "first"),
  ];
  expect(marksOf(promotions, { from: "2026-03-01", to: "2026-03-09" })).toEqual([
    { x: "2026-03-03", label: "second, third" },
  ]);
});

it("names the later of marks that are too near to each other", () => {
  const marks = [
    { x: "2026-01-02", label: "first" },
    { x: "2026-03-01", label: "second" },
    { x: "2026-03-03", label: "a-model-with-a-long-name" },
  ];
  expect(readableMarks(marks, { from: "2026-01-01", to: "2026-04-01" }).map(({ label }) => label)).toEqual([
    "first",
    "",
    "a-model-with-a-…",
  ]);
});
