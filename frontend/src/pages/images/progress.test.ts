import { describe, expect, it } from "vitest";
import type { Summary } from "../../api/types";
import { durationText } from "../../ui/amounts";
import { progressPercent, progressText } from "./progress";

const summary = (part: Partial<Summary>): Summary => ({
  total: 12,
  queued: 0,
  computing: 0,
  ready: 12,
  failed: 0,
  seconds_left: null,
  ...part,
});

describe("progressText", () => {
  it("says which image is being embedded and how long it may take", () => {
    const text = progressText(summary({ queued: 7, computing: 1, ready: 4, seconds_left: 9.4 }));
    expect(text).toBe("Embedding 5 of 12, about 9 s left");
  });

  it("leaves the estimate out while there is none", () => {
    expect(progressText(summary({ queued: 12, ready: 0 }))).toBe("Embedding 1 of 12");
  });

  it("estimates nothing while no worker is running", () => {
    const text = progressText(summary({ queued: 12, ready: 0, seconds_left: 9.4 }), true);
    expect(text).toBe("Embedding 1 of 12: no worker is running");
  });

  it("says nothing when only failed images remain", () => {
    expect(progressText(summary({ ready: 10, failed: 2 }))).toBeNull();
  });
});

it("counts failed images as dealt with", () => {
  expect(progressPercent(summary({ queued: 3, ready: 8, failed: 1 }))).toBe(75);
  expect(progressPercent(summary({ total: 0, ready: 0 }))).toBe(0);
});

it.each([
  [0.2, "1 s"],
  [59, "59 s"],
  [61, "1 min"],
  [3599, "1 h"],
  [7800, "2 h 10 min"],
])("says %d seconds as %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
