import { describe, expect, it } from "vitest";
import { brushForImage, LARGEST_BRUSH_PX, SMALLEST_BRUSH_PX, steppedBrush } from "./store";

describe("brush size", () => {
  it("grows and shrinks by an eighth, by a pixel at least, between its limits", () => {
    expect(steppedBrush(80, 1)).toBe(90);
    expect(steppedBrush(3, -1)).toBe(2);
    expect(steppedBrush(SMALLEST_BRUSH_PX, -1)).toBe(SMALLEST_BRUSH_PX);
    expect(steppedBrush(LARGEST_BRUSH_PX, 1)).toBe(LARGEST_BRUSH_PX);
  });

  it("is the same part of every image, however many pixels it has", () => {
    const small = { width: 800, height: 534 };
    const large = { width: 4000, height: 6000 };
    expect(brushForImage(1, null, small)).toBe(20);
    expect(brushForImage(20, small, large)).toBe(150);
    expect(brushForImage(150, large, small)).toBe(20);
    expect(brushForImage(1000, small, large)).toBe(LARGEST_BRUSH_PX);
  });
});
