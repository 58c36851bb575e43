import { describe, expect, it } from "vitest";
import { buildLabelMap } from "./labels";
import { ADDED, createLayers } from "./layers";
import { classify } from "./overlay";
import { paintLine, startStroke } from "./paint";
import { CURRENT_MASK, overlayColours, planColours } from "./palette";

const screen = { x: 0, y: 0, width: 40, height: 30 };

function classesOf(view: { scale: number; x: number; y: number }) {
  const layers = createLayers(10, 8);
  paintLine(layers, startStroke(ADDED), { x: 2.5, y: 3.5 }, { x: 5.5, y: 3.5 }, 1);
  const labels = buildLabelMap([{ x: 4, y: 3, width: 3, height: 2, data: new Uint8Array(6).fill(1) }], 10, 8);
  const classes = new Uint16Array(40 * 30);
  classify(classes, 40, screen, { layers, labels, thin: () => [], imageWidth: 10, imageHeight: 8 }, view);
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
    const look = { fillOpacity: 0.4, spotlit: null };
    const selected = overlayColours(plan, ["a"], "a", look).fill(1);
    expect(selected >>> 24).toBeGreaterThan(overlayColours(plan, ["a"], null, look).fill(1) >>> 24);
  });

  it("can be shown as outlines alone", () => {
    const colours = overlayColours(planColours(new Map(), ["a"]), ["a"], "a", {
      fillOpacity: 0,
      spotlit: null,
    });
    expect([colours.fill(1) >>> 24, colours.currentFill >>> 24]).toEqual([0, 0]);
    expect([colours.edge(1) >>> 24, colours.currentEdge >>> 24]).toEqual([255, 255]);
  });

  it("are dimmed with the picture by a spotlight on another one", () => {
    const plan = planColours(new Map(), ["a", "b"]);
    const onB = overlayColours(plan, ["a", "b"], "b", { fillOpacity: 0.4, spotlit: "b" });
    expect([onB.fill(1), onB.edge(1)]).toEqual([onB.ground, onB.ground]);
    expect(onB.ground >>> 24).toBeGreaterThan(127);
    expect(onB.fill(2)).not.toBe(onB.ground);
    const onCurrent = overlayColours(plan, ["a", "b"], "b", { fillOpacity: 0.4, spotlit: CURRENT_MASK });
    expect(onCurrent.fill(2)).toBe(onCurrent.ground);
    expect(onCurrent.currentFill).not.toBe(onCurrent.ground);
    expect(overlayColours(plan, ["a", "b"], "b", { fillOpacity: 0.4, spotlit: null }).ground).toBe(0);
  });
});
