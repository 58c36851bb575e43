import { describe, expect, it, vi } from "vitest";
import type { View } from "../canvas/view";
import { buildLabelMap } from "./labels";
import { ADDED, createLayers, ERASED, type MaskLayers } from "./layers";
import { classify, Overlay, type OverlayContent } from "./overlay";
import { paintLine, startStroke } from "./paint";
import { overlayColours, planColours } from "./palette";

const screen = { x: 0, y: 0, width: 40, height: 30 };

function classesOf(view: { scale: number; x: number; y: number }) {
  const layers = createLayers(10, 8);
  paintLine(layers, startStroke(ADDED), { x: 2.5, y: 3.5 }, { x: 5.5, y: 3.5 }, 1);
  const labels = buildLabelMap([{ x: 4, y: 3, width: 3, height: 2, data: new Uint8Array(6).fill(1) }], 10, 8);
  const classes = new Uint16Array(40 * 30);
  classify(classes, 40, screen, { layers, labels, imageWidth: 10, imageHeight: 8 }, view);
  return (x: number, y: number) => classes[y * 40 + x];
}

describe("which mask lies under a screen pixel", () => {
  it("zoomed in: every screen pixel of an image pixel, the mask in the making on top", () => {
    const at = classesOf({ scale: 3, x: 2, y: 1 });
    // Image pixel (2, 3) covers the screen from (8, 10) to (10, 12).
    for (const [x, y] of [[8, 10], [10, 12], [9, 11]] as const) expect(at(x, y)).toBe(0xffff); // biome-ignore format: pairs
    expect(at(7, 11)).toBe(0);
    expect(at(8, 9)).toBe(0);
    expect(at(2 + 5 * 3, 1 + 3 * 3)).toBe(0xffff);
    expect(at(2 + 6 * 3, 1 + 3 * 3)).toBe(1);
    expect(at(2 + 5 * 3, 1 + 4 * 3)).toBe(1);
  });

  it("nothing outside the image", () => {
    const at = classesOf({ scale: 1, x: 20, y: 10 });
    expect(at(22, 13)).toBe(0xffff);
    expect(at(2, 3)).toBe(0);
    expect(at(39, 29)).toBe(0);
  });
});

/** A picture of 50 x 40 with two saved masks and a mask in the making, and where each pixel's mask is told plainly. */
function crowded() {
  const layers = createLayers(50, 40);
  paintLine(layers, startStroke(ADDED), { x: 22, y: 9 }, { x: 31, y: 24 }, 5);
  const full = (x: number, y: number, width: number, height: number) => {
    return { x, y, width, height, data: new Uint8Array(width * height).fill(1) };
  };
  const labels = buildLabelMap([full(0, 0, 28, 17), full(20, 15, 30, 25)], 50, 40);
  const content: OverlayContent = { layers, labels, imageWidth: 50, imageHeight: 40 };
  const at = (x: number, y: number) => {
    if (x < 0 || y < 0 || x >= 50 || y >= 40) return 0;
    return layers.paint[y * 50 + x] === ADDED ? 0xffff : (labels?.[y * 50 + x] as number);
  };
  return { content, at };
}

describe("the overlay", () => {
  const views: View[] = [0.37, 1, 1.5, 3, 8].flatMap(
    (scale) =>
    [[-41, -63], [0, 0], [7, 12], [39, -8]].map(([x, y]) => ({ scale, x, y }) as View), // biome-ignore format: pairs
  );

  it.each(views)("finds the mask under the middle of each screen pixel at %o", (view) => {
    const { content, at } = crowded();
    const classes = new Uint16Array(60 * 50).fill(7);
    const rect = { x: 3, y: 2, width: 52, height: 41 };
    classify(classes, 60, rect, content, view);
    for (let y = 0; y < 50; y++) {
      for (let x = 0; x < 60; x++) {
        const isDrawn = x >= 3 && x < 55 && y >= 2 && y < 43;
        const place = [(x + 0.5 - view.x) / view.scale, (y + 0.5 - view.y) / view.scale].map(Math.floor);
        expect(classes[y * 60 + x]).toBe(isDrawn ? at(...(place as [number, number])) : 7);
      }
    }
  });

  it("shows the same after a move, with or without a change of the masks, as when drawn anew", () => {
    vi.stubGlobal(
      "ImageData",
      class {
        readonly data: Uint8ClampedArray;
        constructor(width: number, height: number) {
          this.data = new Uint8ClampedArray(4 * width * height);
        }
      },
    );
    const { content } = crowded();
    const colours = overlayColours(planColours(new Map(), ["a", "b"]), ["a", "b"], null);
    const moved = new Overlay(60, 50);
    let view = { scale: 3, x: -20, y: -30 };
    moved.draw(content, view, null, colours, 2);
    const steps = [[5, 0], [0, -4], [-13, 7], [1, 1], [80, 0], [-80, 3], [0, 49], [2, -55]]; // biome-ignore format: pairs
    for (const [index, [dx, dy]] of steps.entries()) {
      view = { scale: 3, x: view.x + (dx as number), y: view.y + (dy as number) };
      const from = { x: 4 * index, y: 30 - index };
      const to = { x: 4 * index + 6, y: 34 };
      const painted = paintLine(content.layers as MaskLayers, startStroke(ERASED), from, to, 3);
      const changed = moved.draw(content, view, painted, colours, 2);
      expect(changed).toEqual({ x: 0, y: 0, width: 60, height: 50 });
      const anew = new Overlay(60, 50);
      anew.draw(content, view, null, colours, 2);
      expect(inner(moved)).toEqual(inner(anew));
    }
    vi.unstubAllGlobals();
  });
});

/** Colours where the outline does not depend on what lies beyond the screen. */
function inner({ pixels }: Overlay): number[] {
  const colours = new Uint32Array(pixels.data.buffer);
  return [...colours].filter((_, i) => i % 60 >= 2 && i % 60 < 58 && i >= 2 * 60 && i < 48 * 60);
}

describe("saved masks", () => {
  it("lie on each other with the smallest on top, whatever their order", () => {
    const large = { x: 0, y: 0, width: 6, height: 6, data: new Uint8Array(36).fill(1) };
    const small = { x: 2, y: 2, width: 2, height: 2, data: new Uint8Array(4).fill(1) };
    expect(buildLabelMap([small, large], 8, 8)?.[2 * 8 + 2]).toBe(1);
    expect(buildLabelMap([large, small], 8, 8)?.[2 * 8 + 2]).toBe(2);
    expect(buildLabelMap([large, small], 8, 8)?.[0]).toBe(1);
    expect(buildLabelMap([], 8, 8)).toBeNull();
  });

  it("keep their colour when others come and go, and a new one gets the colour used least", () => {
    const before = planColours(new Map(), ["a", "b", "c"]);
    expect(new Set(before.values()).size).toBe(3);
    const after = planColours(before, ["b", "c", "d"]);
    expect(after.get("b")).toBe(before.get("b"));
    expect(after.get("c")).toBe(before.get("c"));
    expect(after.get("d")).toBe(before.get("a"));
    const many = planColours(new Map(), [..."abcdefghij"]);
    expect(
      Math.max(...[...many.values()].map((colour) => [...many.values()].filter((c) => c === colour).length)),
    ).toBe(2);
  });

  it("are tinted more strongly when selected", () => {
    const plan = planColours(new Map(), ["a"]);
    expect(overlayColours(plan, ["a"], "a").fill(1)).not.toBe(overlayColours(plan, ["a"], null).fill(1));
  });
});
