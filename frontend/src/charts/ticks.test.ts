import { expect, it } from "vitest";
import { ticks, ticksOf } from "./ticks";

it("has round values on its axis that reach over the highest one", () => {
  expect(ticks(14)).toEqual([0, 5, 10, 15]);
  expect(ticks(0.9)).toEqual([0, 0.5, 1]);
  expect(ticks(1240)).toEqual([0, 500, 1000, 1500]);
  expect(ticks(30)).toEqual([0, 10, 20, 30]);
});

it("has an axis also where all values are 0", () => {
  expect(ticks(0)).toEqual([0, 1]);
  expect(ticksOf([])).toEqual([0, 1]);
});

it("has no half images", () => {
  expect(ticksOf([0, 1, 1])).toEqual([0, 1]);
  expect(ticksOf([0.2, 1])).toEqual([0, 0.5, 1]);
  expect(ticksOf([2, 7])).toEqual([0, 5, 10]);
});
