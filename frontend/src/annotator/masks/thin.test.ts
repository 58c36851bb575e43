import { describe, expect, it } from "vitest";
import type { View } from "../canvas/view";
import { buildLabelMap } from "./labels";
import { createLayers } from "./layers";
import type { CutMask } from "./rle";
import { addThinCurrent, addThinSaved, thinPlaces } from "./thin";

const WIDTH = 300;
const HEIGHT = 200;
const CURRENT = 0xffff;

/** A line one pixel wide, right across the image. */
function line(kind: "across" | "down" | "falling" | "rising", at: number): CutMask {
  const data = new Uint8Array(WIDTH * HEIGHT);
  for (let i = 0; i < HEIGHT; i++) {
    const slanted = kind === "falling" ? i + at : WIDTH - 1 - i - at;
    if (kind === "down") data[i * WIDTH + at] = 1;
    else if (kind !== "across") data[i * WIDTH + slanted] = 1;
  }
  if (kind === "across") data.fill(1, at * WIDTH, (at + 1) * WIDTH);
  return { x: 0, y: 0, width: WIDTH, height: HEIGHT, data };
}

/** How many of the screen's rows or columns, whichever the line crosses, show nothing of it. */
function gaps(kind: "across" | "down" | "falling" | "rising", at: number, scale: number, isSaved: boolean) {
  const view: View = { scale, x: 3, y: 2 };
  const [width, height] = [Math.ceil(WIDTH * scale) + 6, Math.ceil(HEIGHT * scale) + 4];
  const rect = { x: 0, y: 0, width, height };
  const classes = new Uint16Array(width * height);
  const mask = line(kind, at);
  if (isSaved) {
    const labels = buildLabelMap([mask], WIDTH, HEIGHT) as Uint16Array;
    addThinSaved(classes, width, rect, view, labels, WIDTH, [thinPlaces(mask, WIDTH)]);
  } else {
    const layers = createLayers(WIDTH, HEIGHT);
    layers.decoded.set(mask.data);
    layers.decodedBounds = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
    addThinCurrent(classes, width, rect, view, layers, CURRENT);
  }
  let empty = 0;
  if (kind === "across")
    for (let x = 4; x < width - 5; x++) {
      let seen = false;
      for (let y = 0; y < height; y++) seen ||= classes[y * width + x] !== 0;
      if (!seen) empty += 1;
    }
  else
    for (let y = 3; y < height - 4; y++)
      if (classes.subarray(y * width, (y + 1) * width).every((found) => found === 0)) empty += 1;
  return empty;
}

describe.each([
  ["the mask in the making", false],
  ["a saved mask", true],
] as const)("far out, %s", (_, isSaved) => {
  it("shows a line one pixel wide without a gap, at every zoom and place", () => {
    for (const scale of [0.9, 0.5, 0.37, 0.2, 0.11])
      for (const kind of ["across", "down"] as const)
        for (let at = 60; at < 72; at++)
          expect([kind, at, scale, gaps(kind, at, scale, isSaved)]).toEqual([kind, at, scale, 0]);
  });
});

it("far out, a slanted line of a saved mask has no gap either", () => {
  for (const scale of [0.5, 0.2, 0.11])
    for (const kind of ["falling", "rising"] as const) expect(gaps(kind, 30, scale, true)).toBe(0);
});

it("only what is thin is looked after, wherever the mask lies", () => {
  // A square with a tail of one pixel.
  const data = new Uint8Array(60 * 40);
  for (let y = 0; y < 40; y++) data.fill(1, y * 60, y * 60 + 40);
  data.fill(1, 20 * 60 + 40, 20 * 60 + 60);
  const places = new Set(thinPlaces({ x: 100, y: 50, width: 60, height: 40, data }, WIDTH));
  expect(places).toEqual(new Set(Array.from({ length: 20 }, (_, i) => 70 * WIDTH + 140 + i)));
});

it("what another mask covers stays covered", () => {
  const mask = line("across", 60);
  const labels = new Uint16Array(WIDTH * HEIGHT).fill(7);
  const classes = new Uint16Array(60 * 40);
  const rect = { x: 0, y: 0, width: 60, height: 40 };
  classes.fill(9, 0, 12 * 60 + 30);
  addThinSaved(classes, 60, rect, { scale: 0.2, x: 0, y: 0 }, labels, WIDTH, [thinPlaces(mask, WIDTH)]);
  expect(classes[12 * 60 + 29]).toBe(9);
  expect(classes[12 * 60 + 30]).toBe(7);
});

it("part by part shows what all at once does", () => {
  const masks = [line("falling", 40), line("rising", 10), line("down", 150), line("across", 90)];
  const labels = buildLabelMap(masks, WIDTH, HEIGHT) as Uint16Array;
  const thin = masks.map((mask) => thinPlaces(mask, WIDTH));
  const [width, height] = [100, 60];
  for (const view of [
    { scale: 0.3, x: 4, y: -7 },
    { scale: 0.17, x: -3, y: 5 },
    { scale: 0.9, x: -90, y: -40 },
  ]) {
    const whole = new Uint16Array(width * height);
    addThinSaved(whole, width, { x: 0, y: 0, width, height }, view, labels, WIDTH, thin);
    expect(whole.some((found) => found !== 0)).toBe(true);
    const parts = new Uint16Array(width * height);
    for (let y = 0; y < height; y += 15)
      for (let x = 0; x < width; x += 20)
        addThinSaved(parts, width, { x, y, width: 20, height: 15 }, view, labels, WIDTH, thin);
    expect(parts).toEqual(whole);
  }
});
