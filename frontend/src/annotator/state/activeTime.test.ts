import { describe, expect, it } from "vitest";
import { activeMs, begin, hide, input, NO_TIME, show } from "./activeTime";

describe("active time of a mask", () => {
  it("counts nothing before the first interaction with the mask", () => {
    const moved = input(input(NO_TIME, 1_000), 5_000);
    expect(activeMs(moved, 9_000)).toBe(0);
  });

  it("counts from the first interaction on", () => {
    const time = input(begin(NO_TIME, 1_000), 4_000);
    expect(activeMs(time, 6_500)).toBe(5_500);
  });

  it("drops only what an idle stretch lasts beyond ten seconds", () => {
    const time = input(begin(NO_TIME, 0), 60_000);
    expect(activeMs(time, 62_000)).toBe(12_000);
  });

  it("does not count a hidden tab", () => {
    let time = begin(NO_TIME, 0);
    time = hide(time, 3_000);
    expect(activeMs(time, 500_000)).toBe(3_000);
    time = show(time, 600_000);
    expect(activeMs(input(time, 602_000), 602_000)).toBe(5_000);
  });

  it("does not begin because the tab is shown", () => {
    expect(activeMs(show(hide(NO_TIME, 0), 5_000), 9_000)).toBe(0);
  });
});
