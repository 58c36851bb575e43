import { expect, it } from "vitest";
import { line, scale, ticks } from "./chart";

it("has round values on its axis that reach over the highest one", () => {
  expect(ticks(14)).toEqual([0, 5, 10, 15]);
  expect(ticks(0.9)).toEqual([0, 0.5, 1]);
  expect(ticks(1240)).toEqual([0, 500, 1000, 1500]);
  expect(ticks(30)).toEqual([0, 10, 20, 30]);
});

it("has an axis also where all values are 0", () => {
  expect(ticks(0)).toEqual([0, 1]);
});

it("places values between the ends, and a single one in the middle", () => {
  expect(scale([0, 10], [100, 0])(2.5)).toBe(75);
  expect(scale([3, 3], [0, 100])(3)).toBe(50);
});

it("draws a line through its points", () => {
  expect(
    line([
      { x: 0, y: 1 },
      { x: 2.25, y: 3 },
    ]),
  ).toBe("M0.0 1.0L2.3 3.0");
  expect(line([])).toBe("");
});
