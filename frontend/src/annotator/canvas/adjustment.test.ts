import { describe, expect, it } from "vitest";
import { channelMatrix, isNeutral, NEUTRAL, transferTable } from "./adjustment";

const at = (table: number[], value: number) => Math.round(255 * (table[value] as number));

describe("picture adjustment", () => {
  it("leaves every value alone when nothing is set", () => {
    expect(isNeutral(NEUTRAL)).toBe(true);
    const table = transferTable(NEUTRAL);
    for (let value = 0; value < 256; value++) expect(at(table, value)).toBe(value);
    expect(channelMatrix("all")).toBe("1 0 0 0 0 0 1 0 0 0 0 0 1 0 0 0 0 0 1 0");
  });

  it("brightness shifts, contrast spreads around the middle, and both stay within black and white", () => {
    expect(at(transferTable({ ...NEUTRAL, brightness: 40 }), 100)).toBe(151);
    const spread = transferTable({ ...NEUTRAL, contrast: 50 });
    expect(at(spread, 127)).toBeLessThan(128);
    expect(at(spread, 160) - at(spread, 128)).toBe(64);
    const extreme = transferTable({ ...NEUTRAL, contrast: 100, brightness: 100 });
    expect(Math.min(...extreme)).toBe(0);
    expect(Math.max(...extreme)).toBe(1);
  });

  it("gamma lifts the dark parts and keeps black and white", () => {
    const lifted = transferTable({ ...NEUTRAL, gamma: 2 });
    expect(at(lifted, 0)).toBe(0);
    expect(at(lifted, 255)).toBe(255);
    expect(at(lifted, 64)).toBe(128);
  });

  it("one channel becomes grey", () => {
    expect(channelMatrix("green")).toBe("0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 0 0 1 0");
    expect(isNeutral({ ...NEUTRAL, channel: "green" })).toBe(false);
  });
});
