import { expect, it } from "vitest";
import { csvPath, filtersOf, isFiltering, parseDashboardSearch } from "./search";

const AIKO = "0b7d5c1e-53a4-4f0a-9a5b-0123456789ab";
const BRUNO = "1c8e6d2f-64b5-4a1b-8b6c-123456789abc";

it("drops what it does not know from the address", () => {
  expect(
    parseDashboardSearch({
      days: 12,
      from: "yesterday",
      to: "2026-13-45",
      stage: ["molten"],
      author: "Aiko",
      page: 3,
    }),
  ).toEqual({});
});

it("takes one value or several", () => {
  expect(parseDashboardSearch({ author: AIKO, stage: "semi_automatic" })).toEqual({
    author: [AIKO],
    stage: ["semi_automatic"],
  });
  expect(parseDashboardSearch({ author: [AIKO, BRUNO] })).toEqual({ author: [AIKO, BRUNO] });
});

it("has either a number of days or dates", () => {
  expect(parseDashboardSearch({ days: 30, from: "2026-03-01" })).toEqual({ days: 30 });
  expect(parseDashboardSearch({ from: "2026-03-01", to: "2026-03-31" })).toEqual({
    from: "2026-03-01",
    to: "2026-03-31",
  });
});

it("counts today among the last days", () => {
  expect(filtersOf({ days: 7, author: [AIKO] }, "2026-03-07")).toEqual({
    from: "2026-03-01",
    author: [AIKO],
  });
  expect(filtersOf({ to: "2026-03-31" }, "2026-03-07")).toEqual({ to: "2026-03-31" });
});

it("knows whether anything is left out", () => {
  expect(isFiltering({})).toBe(false);
  expect(isFiltering({ days: 90 })).toBe(true);
});

it("asks for the same rows as a file", () => {
  expect(csvPath("days", {})).toBe("/api/dashboard/days.csv");
  expect(csvPath("days", { from: "2026-03-01", author: [AIKO, BRUNO] })).toBe(
    `/api/dashboard/days.csv?from=2026-03-01&author=${AIKO}&author=${BRUNO}`,
  );
});
