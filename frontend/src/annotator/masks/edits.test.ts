import { describe, expect, it } from "vitest";
import { finalMask } from "../testing/finalMask";
import { sameBytes } from "../testing/sameBytes";
import { fillHoles, grow, keepLargest, removeIslands, shrink } from "./edits";
// Written with OpenCV: tests/engine/test_page_edits.py.
import vectors from "./edits.vectors.json" with { type: "json" };
import { ADDED, createLayers, ERASED, finalBounds, type MaskLayers, type PaintValue } from "./layers";
import { exchangeStroke, paintSpans, type StrokeDelta } from "./paint";
import { paintPolygon } from "./polygon";

const flat = (rows: string[]) => Uint8Array.from(rows.join(""), Number);

/** Layers with this mask: its left half from the decoder, its right half painted. */
function layersOf(rows: string[], width: number): MaskLayers {
  const layers = createLayers(width, rows.length);
  const half = width >> 1;
  for (const [y, row] of rows.entries()) {
    layers.decoded.set(
      Uint8Array.from(row, Number).map((value, x) => (x < half ? value : 0)),
      y * width,
    );
  }
  layers.decodedBounds = { x: 0, y: 0, width: half, height: rows.length };
  paintSpans(layers, ADDED, (found) => {
    for (const [y, row] of rows.entries())
      for (let x = half; x < width; x++) if (row[x] === "1") found(y, x, x + 1);
  });
  return layers;
}

const EDITS: [keyof (typeof vectors.masks)[0], (layers: MaskLayers) => StrokeDelta, PaintValue][] = [
  ["filled", fillHoles, ADDED],
  ["withoutIslands", removeIslands, ERASED],
  ["largest", keepLargest, ERASED],
  ["grown", grow, ADDED],
  ["shrunk", shrink, ERASED],
];

describe.each(EDITS)("%s", (name, edit, value) => {
  it.each(vectors.masks)("as OpenCV does: $name", (vector) => {
    const layers = layersOf(vector.rows, vector.width);
    const before = layers.paint.slice();
    const delta = edit(layers);
    const after = finalMask(layers).mask;
    expect(sameBytes(after, flat(vector[name] as string[]))).toBe(true);
    expect(delta.value).toBe(value);

    const isChanged = !sameBytes(after, flat(vector.rows));
    expect(delta.tiles.size > 0).toBe(isChanged);
    expect(covers(finalBounds(layers), after, vector.width)).toBe(true);

    exchangeStroke(layers, delta);
    expect(sameBytes(layers.paint, before)).toBe(true);
    exchangeStroke(layers, delta);
    expect(sameBytes(finalMask(layers).mask, after)).toBe(true);
  });
});

describe("edits", () => {
  it("of nothing change nothing", () => {
    for (const [, edit] of EDITS) expect(edit(createLayers(20, 10)).tiles.size).toBe(0);
  });

  it("change the paint only where the mask changes, so that a later click still moves the rest", () => {
    const layers = layersOf(["00000000", "01100000", "01100000", "00000000"], 8);
    grow(layers);
    const decodedStays = [9, 10, 17, 18].every((at) => layers.paint[at] === 0);
    expect(decodedStays).toBe(true);
  });
});

describe("polygon", () => {
  it.each(
    vectors.polygons.map((polygon, index) => ({ index, ...polygon })),
  )("covers the pixels whose centre OpenCV finds inside ($index)", ({ corners, rows, width }) => {
    const layers = createLayers(width, rows.length);
    const delta = paintPolygon(
      layers,
      ADDED,
      corners.map(([x, y]) => ({ x: x as number, y: y as number })),
    );
    const { mask } = finalMask(layers);
    expect(sameBytes(mask, flat(rows))).toBe(true);
    expect(covers(delta.bounds, mask, width)).toBe(true);
  });

  it("beside another with a common edge shares no pixel with it and leaves none out", () => {
    const corner = { x: 2.5, y: 1.5 };
    const opposite = { x: 12.5, y: 9.5 };
    const areas = [
      { x: 12.5, y: 1.5 },
      { x: 2.5, y: 9.5 },
    ].map((third) => {
      const layers = createLayers(20, 12);
      paintPolygon(layers, ADDED, [corner, opposite, third]);
      return finalMask(layers).areaPx;
    });
    expect(areas[0] as number).toBeGreaterThan(0);
    expect((areas[0] as number) + (areas[1] as number)).toBe(10 * 8);
  });

  it("is undone as one step and erases as well as it adds", () => {
    const layers = createLayers(300, 200);
    const corners = [
      { x: 10, y: 10 },
      { x: 290, y: 40 },
      { x: 150, y: 190 },
    ];
    paintPolygon(layers, ADDED, corners);
    const { areaPx } = finalMask(layers);
    const erased = paintPolygon(layers, ERASED, corners);
    expect(finalMask(layers).areaPx).toBe(0);
    exchangeStroke(layers, erased);
    expect(finalMask(layers).areaPx).toBe(areaPx);
  });

  it("outside the picture, or without an inside, paints nothing", () => {
    const layers = createLayers(20, 20);
    const outside = [
      { x: -9, y: -9 },
      { x: -2, y: -9 },
      { x: -5, y: 40 },
    ];
    expect(paintPolygon(layers, ADDED, outside).tiles.size).toBe(0);
    const line = [
      { x: 2, y: 2 },
      { x: 15, y: 15 },
      { x: 2, y: 2 },
    ];
    expect(paintPolygon(layers, ADDED, line).tiles.size).toBe(0);
  });
});

function covers(
  rect: { x: number; y: number; width: number; height: number },
  mask: Uint8Array,
  width: number,
) {
  return mask.every((value, at) => {
    const x = (at % width) - rect.x;
    const y = Math.floor(at / width) - rect.y;
    return value === 0 || (x >= 0 && y >= 0 && x < rect.width && y < rect.height);
  });
}
