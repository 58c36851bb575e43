import { describe, expect, it } from "vitest";
import { connectedParts, covers, overlaps, subtract, unite } from "./cut";
import { areaPx } from "./labels";
import { type CutMask, decodeRle, encodeCut, encodeRle } from "./rle";

const WIDTH = 23;
const HEIGHT = 17;

/** Numbers from 0 to 1 that are the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A full-size bitmap of a few rectangles and specks. */
function drawn(random: () => number): Uint8Array {
  const bitmap = new Uint8Array(WIDTH * HEIGHT);
  const [x, y] = [Math.floor(random() * WIDTH), Math.floor(random() * HEIGHT)];
  const [right, bottom] = [x + 1 + random() * 12, y + 1 + random() * 12];
  const share = random() < 0.3 ? 0 : random() * 0.2;
  for (let i = 0; i < bitmap.length; i++) {
    const [column, row] = [i % WIDTH, Math.floor(i / WIDTH)];
    const isInside = column >= x && column < right && row >= y && row < bottom;
    if (isInside || random() < share) bitmap[i] = 1;
  }
  return bitmap;
}

const cut = (bitmap: Uint8Array) => decodeRle(encodeRle(bitmap, WIDTH, HEIGHT), WIDTH, HEIGHT);

function full(mask: CutMask): Uint8Array {
  const bitmap = new Uint8Array(WIDTH * HEIGHT);
  for (let i = 0; i < bitmap.length; i++) {
    if (covers(mask, i % WIDTH, Math.floor(i / WIDTH))) bitmap[i] = 1;
  }
  return bitmap;
}

/** Flood fill over edges and corners, pixel by pixel. */
function partsOneByOne(bitmap: Uint8Array): Uint8Array[] {
  const left = bitmap.slice();
  const parts: Uint8Array[] = [];
  for (let first = left.indexOf(1); first !== -1; first = left.indexOf(1)) {
    const part = new Uint8Array(bitmap.length);
    const waiting = [first];
    left[first] = 0;
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      part[at] = 1;
      for (const [dx, dy] of [-1, 0, 1].flatMap((x) => [-1, 0, 1].map((y) => [x, y] as const))) {
        const x = (at % WIDTH) + dx;
        const y = Math.floor(at / WIDTH) + dy;
        const next = y * WIDTH + x;
        if (x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT || left[next] === 0) continue;
        left[next] = 0;
        waiting.push(next);
      }
    }
    parts.push(part);
  }
  return parts;
}

const ROUNDS = 300;
const pairs = Array.from({ length: ROUNDS }, (_, seed) => {
  const random = randomNumbers(seed + 1);
  return [drawn(random), drawn(random)] as const;
});
const texts = (bitmaps: Uint8Array[]) => bitmaps.map((bitmap) => bitmap.join("")).sort();

describe("cut masks, against the same done pixel by pixel", () => {
  it("subtract", () => {
    for (const [a, b] of pairs) {
      const rest = subtract(cut(a), [cut(b)]);
      expect(full(rest)).toEqual(a.map((value, i) => (b[i] === 1 ? 0 : value)));
      expect(rest).toEqual(cut(full(rest))); // cut tightly
    }
  });

  it("unite", () => {
    for (const [a, b] of pairs) {
      const all = a.map((value, i) => value | (b[i] as number));
      expect(unite([cut(a), cut(b)])).toEqual(cut(all));
    }
  });

  it("overlap", () => {
    for (const [a, b] of pairs)
      expect(overlaps(cut(a), cut(b))).toBe(a.some((value, i) => (value & (b[i] as number)) === 1));
    expect(pairs.some(([a, b]) => !overlaps(cut(a), cut(b)))).toBe(true);
  });

  it("split into connected parts, the largest first", () => {
    for (const [a] of pairs) {
      const parts = connectedParts(cut(a));
      expect(texts(parts.map(full))).toEqual(texts(partsOneByOne(a)));
      const areas = parts.map(areaPx);
      expect(areas).toEqual([...areas].sort((one, other) => other - one));
      for (const part of parts) expect(part).toEqual(cut(full(part)));
    }
  });

  it("are encoded as the whole bitmap is", () => {
    for (const [a] of pairs) expect(encodeCut(cut(a), WIDTH, HEIGHT)).toBe(encodeRle(a, WIDTH, HEIGHT));
    for (const bitmap of [new Uint8Array(WIDTH * HEIGHT), new Uint8Array(WIDTH * HEIGHT).fill(1)]) {
      const whole = { x: 0, y: 0, width: WIDTH, height: HEIGHT, data: bitmap };
      expect(encodeCut(whole, WIDTH, HEIGHT)).toBe(encodeRle(bitmap, WIDTH, HEIGHT));
    }
  });
});
