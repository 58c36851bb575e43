import { expect, it } from "vitest";
import { finalMask } from "../testing/finalMask";
import { createLayers, showDecoded } from "./layers";
import { maskPrompt } from "./maskPrompt";
import type { CutMask } from "./rle";

function disc(width: number, height: number, middle: number, radius: number): CutMask {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.hypot((i % width) - middle, Math.floor(i / width) - middle) <= radius ? 1 : 0,
  );
  return { x: 0, y: 0, width, height, data };
}

it.each([
  [900, 600],
  [301, 640],
  [60, 40],
])("says to the decoder what it would have said itself (%i x %i)", (width, height) => {
  const mask = disc(width, height, Math.min(width, height) / 2, Math.min(width, height) / 4);
  const layers = createLayers(width, height);
  showDecoded(layers, maskPrompt(mask, { width, height }, 128), 0);
  const again = finalMask(layers).mask;
  const both = again.filter((value, i) => value & (mask.data[i] as number)).length;
  const either = again.filter((value, i) => value | (mask.data[i] as number)).length;
  expect(both / either).toBeGreaterThan(0.97);
});

it("is sure where nothing is, beside the image as well", () => {
  const image = { width: 100, height: 50 };
  const { data } = maskPrompt(
    { x: 10, y: 10, width: 10, height: 10, data: new Uint8Array(100).fill(1) },
    image,
    50,
  );
  expect(Math.max(...data.subarray(25 * 50))).toBe(-10);
  expect(data[7 * 50 + 7]).toBe(10);
  expect(data.filter((value) => value > 0)).toHaveLength(25);
});
