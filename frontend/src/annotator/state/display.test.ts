import { describe, expect, it } from "vitest";
import { DEFAULT_DISPLAY, parseDisplay } from "./display";

describe("kept display settings", () => {
  it("come back as they were", () => {
    const chosen = {
      adjustment: { brightness: -20, contrast: 35, gamma: 1.8, channel: "green" as const },
      fillOpacity: 0.15,
      outlineOnly: true,
      wheel: "move" as const,
    };
    expect(parseDisplay(JSON.stringify(chosen))).toEqual(chosen);
  });

  it("that make no sense are as by default, one by one", () => {
    for (const text of [null, "", "{", "7", "null", "[]"])
      expect(parseDisplay(text)).toEqual(DEFAULT_DISPLAY);
    const half = { adjustment: { brightness: 9000, gamma: 0, contrast: 12, channel: "infrared" }, wheel: 3 };
    expect(parseDisplay(JSON.stringify(half))).toEqual({
      ...DEFAULT_DISPLAY,
      adjustment: { ...DEFAULT_DISPLAY.adjustment, contrast: 12 },
    });
  });
});
