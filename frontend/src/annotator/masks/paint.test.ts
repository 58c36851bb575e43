import { describe, expect, it } from "vitest";
import { sameBytes } from "../testing/sameBytes";
import { ADDED, createLayers, ERASED, finalBounds, finalMask, showDecoded } from "./layers";
import { exchangeStroke, type Pixel, paintLine, startStroke } from "./paint";

/** Every pixel whose centre is within `radius` of the segment. */
function plainStroke(width: number, height: number, from: Pixel, to: Pixel, radius: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const square = dx * dx + dy * dy;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const px = x + 0.5 - from.x;
      const py = y + 0.5 - from.y;
      const t = square === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / square));
      if (Math.hypot(px - t * dx, py - t * dy) <= radius) mask[y * width + x] = 1;
    }
  }
  return mask;
}

describe("brush", () => {
  it.each([
    [{ x: 40.3, y: 30.1 }, { x: 40.3, y: 30.1 }, 17],
    [{ x: 10, y: 10 }, { x: 90.5, y: 61.2 }, 9],
    [{ x: 80, y: 12 }, { x: 20, y: 12 }, 6],
    [{ x: 33.3, y: 60 }, { x: 33.3, y: 5 }, 11.5],
    [{ x: -20, y: 30 }, { x: 130, y: 80 }, 30],
  ])("covers exactly the pixels within half its diameter of the line (%o to %o, %f px)", (from, to, diameter) => {
    const layers = createLayers(100, 70);
    paintLine(layers, startStroke(ADDED), from, to, diameter);
    expect(sameBytes(layers.paint, plainStroke(100, 70, from, to, diameter / 2))).toBe(true);
  });

  it("paints the one pixel under the pointer when it is a pixel wide", () => {
    const layers = createLayers(10, 10);
    paintLine(layers, startStroke(ADDED), { x: 4.5, y: 6.5 }, { x: 4.5, y: 6.5 }, 1);
    expect(finalMask(layers).areaPx).toBe(1);
    expect(layers.paint[64]).toBe(ADDED);
  });

  it("does nothing when it stays outside the picture", () => {
    const layers = createLayers(50, 50);
    const delta = startStroke(ADDED);
    paintLine(layers, delta, { x: -40, y: -40 }, { x: -30, y: -35 }, 8);
    expect(delta.tiles.size).toBe(0);
    expect(layers.paint.includes(ADDED)).toBe(false);
  });

  it("is undone and redone by exchanging tiles, across tile borders and over other strokes", () => {
    const layers = createLayers(200, 150);
    const first = startStroke(ADDED);
    paintLine(layers, first, { x: 20, y: 20 }, { x: 180, y: 140 }, 25);
    const afterFirst = layers.paint.slice();
    const second = startStroke(ERASED);
    for (let x = 10; x < 190; x += 7) paintLine(layers, second, { x, y: 70 }, { x: x + 7, y: 75 }, 12);
    const afterSecond = layers.paint.slice();
    exchangeStroke(layers, second);
    expect(sameBytes(layers.paint, afterFirst)).toBe(true);
    exchangeStroke(layers, second);
    expect(sameBytes(layers.paint, afterSecond)).toBe(true);
    exchangeStroke(layers, second);
    exchangeStroke(layers, first);
    expect(layers.paint.every((value) => value === 0)).toBe(true);
  });

  it("keeps a few tiles and not the whole layer for a long thin stroke", () => {
    const layers = createLayers(2000, 2000);
    const delta = startStroke(ADDED);
    paintLine(layers, delta, { x: 10, y: 10 }, { x: 1990, y: 1990 }, 4);
    const kept = [...delta.tiles.values()].reduce((sum, tile) => sum + tile.length, 0);
    expect(kept).toBeLessThan(0.12 * 2000 * 2000);
  });
});

describe("paint over the decoder's mask", () => {
  it("decides where it says something, and survives the decoder's next answer", () => {
    const layers = createLayers(8, 8);
    const all = { data: new Float32Array(16).fill(1), side: 4 };
    showDecoded(layers, all, 0);
    paintLine(layers, startStroke(ERASED), { x: 2.5, y: 2.5 }, { x: 2.5, y: 2.5 }, 1);
    expect(finalMask(layers).areaPx).toBe(63);
    showDecoded(layers, { data: new Float32Array(16).fill(-1), side: 4 }, 0);
    expect(finalMask(layers).areaPx).toBe(0);
    paintLine(layers, startStroke(ADDED), { x: 6.5, y: 1.5 }, { x: 6.5, y: 1.5 }, 1);
    showDecoded(layers, all, 0);
    expect(finalMask(layers).areaPx).toBe(63);
    expect(finalBounds(layers)).toEqual({ x: 0, y: 0, width: 8, height: 8 });
  });
});
