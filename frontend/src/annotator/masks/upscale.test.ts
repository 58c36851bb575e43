import { describe, expect, it } from "vitest";
import { sameBytes } from "../testing/sameBytes";
import { upscaleMask } from "./upscale";

const SIDE = 64;

/** Smooth blobs, as a decoder's logits are: some cosines with random phases. */
function smoothLogits(seed: number, side = SIDE): Float32Array {
  const data = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      data[y * side + x] =
        Math.cos((x * (2 + seed)) / side + seed) +
        Math.sin((y * (3 + seed)) / side) +
        Math.cos((x - y) / 9) -
        0.3;
    }
  }
  return data;
}

function noise(side = SIDE): Float32Array {
  let state = 12345;
  return Float32Array.from({ length: side * side }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** The mapping of the annotation format, pixel by pixel. */
function plainUpscale(data: Float32Array, side: number, threshold: number, width: number, height: number) {
  const scale = side / Math.max(width, height);
  const lastX = Math.min(side, Math.ceil(width * scale)) - 1;
  const lastY = Math.min(side, Math.ceil(height * scale)) - 1;
  const value = (x: number, y: number) =>
    data[Math.min(lastY, Math.max(0, y)) * side + Math.min(lastX, Math.max(0, x))] as number;
  const mask = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const lx = (x + 0.5) * scale - 0.5;
      const ly = (y + 0.5) * scale - 0.5;
      const x0 = Math.floor(lx);
      const y0 = Math.floor(ly);
      const fx = Math.fround(lx - x0);
      const fy = Math.fround(ly - y0);
      const left = value(x0, y0) + (value(x0, y0 + 1) - value(x0, y0)) * fy;
      const right = value(x0 + 1, y0) + (value(x0 + 1, y0 + 1) - value(x0 + 1, y0)) * fy;
      if (left + (right - left) * fx > threshold) mask[y * width + x] = 1;
    }
  }
  return mask;
}

describe("upscaling low-resolution logits", () => {
  it.each([
    [640, 427],
    [427, 640],
    [64, 64],
    [50, 31],
    [1, 1],
    [1000, 3],
    [333, 333],
  ])("equals the plain per-pixel mapping at %i x %i", (width, height) => {
    for (const data of [smoothLogits(1), smoothLogits(4), noise()]) {
      for (const threshold of [0, 0.25]) {
        const mask = new Uint8Array(width * height);
        upscaleMask({ data, side: SIDE }, threshold, mask, width, height);
        expect(sameBytes(mask, plainUpscale(data, SIDE, threshold, width, height))).toBe(true);
      }
    }
  });

  it("never reads the padding below a wide picture", () => {
    const data = new Float32Array(SIDE * SIDE).fill(-1);
    data.fill(5, SIDE * (SIDE / 2)); // A 2:1 picture fills the upper half only.
    const mask = new Uint8Array(200 * 100);
    expect(upscaleMask({ data, side: SIDE }, 0, mask, 200, 100).width).toBe(0);
    expect(mask.includes(1)).toBe(false);
  });

  it("returns a rectangle outside which nothing was set", () => {
    const data = new Float32Array(SIDE * SIDE).fill(-3);
    data.fill(3, 20 * SIDE + 10, 20 * SIDE + 14);
    const mask = new Uint8Array(256 * 256);
    const { x, y, width, height } = upscaleMask({ data, side: SIDE }, 0, mask, 256, 256);
    const set = [...mask.keys()].filter((i) => mask[i] === 1);
    expect(set.length).toBeGreaterThan(0);
    expect(Math.min(...set.map((i) => i % 256))).toBe(x);
    expect(Math.max(...set.map((i) => i % 256))).toBe(x + width - 1);
    expect(Math.min(...set.map((i) => Math.floor(i / 256)))).toBe(y);
    expect(Math.max(...set.map((i) => Math.floor(i / 256)))).toBe(y + height - 1);
  });
});
