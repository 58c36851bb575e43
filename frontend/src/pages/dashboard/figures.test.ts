import { expect, it } from "vitest";
import type { MachinesOut } from "../../api/types";
import { bytesText, decimalText, percentText } from "../../ui/amounts";
import { binsOf } from "./bins";
import { jobsByHour } from "./hours";
import { reordered, sorted } from "./sorting";
import { wayText } from "./texts";

it("has every hour of the last 24, with the jobs of all kinds", () => {
  const hours: MachinesOut["hours"] = [
    { hour: "2026-03-05T12:00:00Z", kind: "embed", done: 5, failed: 1, mean_seconds: 1 },
    { hour: "2026-03-05T12:00:00Z", kind: "export", done: 2, failed: 0, mean_seconds: 9 },
    { hour: "2026-03-01T12:00:00Z", kind: "embed", done: 8, failed: 0, mean_seconds: 1 },
  ];
  const rows = jobsByHour(hours, Date.parse("2026-03-05T13:20:00Z"));
  expect(rows).toHaveLength(24);
  expect(rows.at(-1)).toEqual({ hour: "2026-03-05T13:00:00.000Z", done: 0, failed: 0 });
  expect(rows.at(-2)).toMatchObject({ done: 7, failed: 1 });
  expect(rows.reduce((sum, { done }) => sum + done, 0)).toBe(7);
});

it("sorts by a column, and those of whom nothing is known last", () => {
  const people = [
    { name: "Aiko", seconds: 9 },
    { name: "Bruno", seconds: null },
    { name: "Chloé", seconds: 12 },
  ];
  const names = (isDescending: boolean) =>
    sorted(people, ({ seconds }) => seconds, isDescending).map(({ name }) => name);
  expect(names(true)).toEqual(["Chloé", "Aiko", "Bruno"]);
  expect(names(false)).toEqual(["Aiko", "Chloé", "Bruno"]);
  expect(sorted(people, ({ name }) => name, false).map(({ name }) => name)).toEqual([
    "Aiko",
    "Bruno",
    "Chloé",
  ]);
  expect(reordered({ by: "masks", isDescending: true }, "masks")).toEqual({
    by: "masks",
    isDescending: false,
  });
  expect(reordered({ by: "masks", isDescending: true }, "name")).toEqual({ by: "name", isDescending: false });
  expect(reordered({ by: "masks", isDescending: false }, "hours")).toEqual({
    by: "hours",
    isDescending: true,
  });
});

it("never says all of what is not quite all, nor none of what is a little", () => {
  expect([0, 0.002, 0.367, 0.998, 1, null].map(percentText)).toEqual([
    "0 %",
    "1 %",
    "37 %",
    "99 %",
    "100 %",
    "–",
  ]);
});

it("tells sizes and decimals shortly", () => {
  expect([0, 512, 1500, 48_200_000_000].map(bytesText)).toEqual(["0 B", "512 B", "1.5 kB", "48 GB"]);
  expect([2.44, null].map(decimalText)).toEqual(["2.4", "–"]);
});

it("tells a curve by its ends", () => {
  const points = [
    { at: "Mon", value: null },
    { at: "Tue", value: 12 },
    { at: "Wed", value: 8.06 },
  ];
  expect(wayText(points, (at) => at)).toBe("12.0 s on Tue, 8.1 s on Wed");
  expect(wayText(points.slice(0, 2), (at) => at)).toBe("12.0 s on Tue");
  expect(wayText([], (at) => at)).toBe("nothing yet");
});

it("puts agreement of both kinds beside each other as shares, without empty bins below", () => {
  const histogram = (...masks: number[]) =>
    masks.map((count, index) => ({ from: 0.25 * index, to: 0.25 * (index + 1), masks: count }));
  const row = { compared: 4, mean_iou: 0.8, share_075: 0.5, share_090: 0.2 };
  const looks = { ...row, kind: "second_look", histogram: histogram(0, 0, 1, 3) };
  const audits = { ...row, kind: "audit", histogram: histogram(0, 10, 10, 20) };
  expect(binsOf([looks]).map(({ iou }) => iou)).toEqual(["0.50–0.75", "0.75–1.00"]);
  expect(binsOf([looks, audits])).toEqual([
    { iou: "0.25–0.50", masks: { second_look: 0, audit: 10 }, shares: { second_look: 0, audit: 0.25 } },
    { iou: "0.50–0.75", masks: { second_look: 1, audit: 10 }, shares: { second_look: 0.25, audit: 0.25 } },
    { iou: "0.75–1.00", masks: { second_look: 3, audit: 20 }, shares: { second_look: 0.75, audit: 0.5 } },
  ]);
  expect(binsOf([])).toEqual([]);
});
