import { describe, expect, it } from "vitest";
import { finalMask } from "../testing/finalMask";
import { sameBytes } from "../testing/sameBytes";
// Written with OpenCV: tests/engine/test_page_edits.py.
import vectors from "./edits.vectors.json" with { type: "json" };
import { ADDED, createLayers, ERASED, finalBounds, showDecoded } from "./layers";
import { exchangeStroke, type Pixel, paintLine, type StrokePoint, startStroke } from "./paint";

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

/** Every pixel whose centre is in a disc on the way, whose middle and radius change evenly from end to end. */
function plainPenStroke(width: number, height: number, from: StrokePoint, to: StrokePoint, diameter: number) {
  const mask = new Uint8Array(width * height);
  const [start, end] = [from, to].map(({ pressure = 1 }) => (pressure * diameter) / 2) as [number, number];
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  // |centre - middle(t)|^2 - radius(t)^2 = a t^2 + b t + c: in a disc where that is not above 0.
  const a = dx * dx + dy * dy - (end - start) ** 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const px = x + 0.5 - from.x;
      const py = y + 0.5 - from.y;
      const b = -2 * (px * dx + py * dy + start * (end - start));
      const c = px * px + py * py - start * start;
      const lowest = a > 0 ? Math.min(1, Math.max(0, -b / (2 * a))) : 0;
      if ([0, lowest, 1].some((t) => a * t * t + b * t + c <= 0)) mask[y * width + x] = 1;
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

  it.each([
    [{ x: 12.23, y: 20.71, pressure: 0.2 }, { x: 80.14, y: 50.37, pressure: 1.7 }, 20],
    [{ x: 70.33, y: 60.17, pressure: 2 }, { x: 15.81, y: 9.46, pressure: 0.4 }, 13],
    [{ x: 60.6, y: 10.9 }, { x: 30.2, y: 58.8, pressure: 0.5 }, 24],
    [{ x: 40.3, y: 30.1, pressure: 2 }, { x: 43.7, y: 31.6, pressure: 0.3 }, 18],
    [{ x: 40.3, y: 30.1, pressure: 0.7 }, { x: 40.3, y: 30.1, pressure: 1.2 }, 18],
  ])("widens evenly with a pen's pressure (%o to %o, %f px)", (from, to, diameter) => {
    const layers = createLayers(100, 70);
    paintLine(layers, startStroke(ADDED), from, to, diameter);
    expect(sameBytes(layers.paint, plainPenStroke(100, 70, from, to, diameter))).toBe(true);
  });

  it.each(
    vectors.squares.map((stroke, index) => ({ index, ...stroke })),
  )("that is square covers the hull of both its ends, as OpenCV finds it ($index)", (stroke) => {
    const { width, rows, diameter } = stroke;
    const [from, to] = stroke.ends as [StrokePoint, StrokePoint];
    const layers = createLayers(width, rows.length);
    paintLine(layers, startStroke(ADDED), from, to, diameter, "square");
    expect(sameBytes(layers.paint, Uint8Array.from(rows.join(""), Number))).toBe(true);
  });

  it.each([1, 2, 5, 8])("that is square is %i pixels wide wherever it is", (diameter) => {
    for (const offset of [0, 0.25, 0.5, 0.75]) {
      const layers = createLayers(30, 30);
      const at = { x: 15 + offset, y: 14 + offset };
      paintLine(layers, startStroke(ADDED), at, at, diameter, "square");
      expect(finalMask(layers).areaPx).toBe(diameter * diameter);
      paintLine(layers, startStroke(ADDED), { x: -9, y: at.y }, { x: 39, y: at.y }, diameter, "square");
      expect(finalMask(layers).areaPx).toBe(diameter * 30);
    }
  });

  it.each([
    "round",
    "square",
  ] as const)("paints the one pixel under the pointer when it is a pixel wide (%s)", (shape) => {
    const layers = createLayers(10, 10);
    paintLine(layers, startStroke(ADDED), { x: 4.5, y: 6.5 }, { x: 4.5, y: 6.5, pressure: 0.1 }, 1, shape);
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
