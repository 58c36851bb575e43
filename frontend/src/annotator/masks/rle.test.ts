import { describe, expect, it } from "vitest";
import { sameBytes } from "../testing/sameBytes";
import { type CutMask, decodeRle, encodeRle, RleError } from "./rle";
// Written by pycocotools 2.0.11: mask.encode(np.asfortranarray(rows)).
import vectors from "./rle.vectors.json" with { type: "json" };

const flat = (rows: string[]) => Uint8Array.from(rows.join(""), Number);

function uncut(mask: CutMask, width: number, height: number): Uint8Array {
  const full = new Uint8Array(width * height);
  for (let y = 0; y < mask.height; y++) {
    full.set(mask.data.subarray(y * mask.width, (y + 1) * mask.width), (mask.y + y) * width + mask.x);
  }
  return full;
}

describe("COCO run-length text", () => {
  it.each(vectors)("encodes like pycocotools: $name", ({ rows, width, height, counts }) => {
    expect(encodeRle(flat(rows), width, height)).toBe(counts);
  });

  it.each(vectors)("decodes what pycocotools wrote: $name", ({ rows, width, height, counts }) => {
    expect(sameBytes(uncut(decodeRle(counts, width, height), width, height), flat(rows))).toBe(true);
  });

  it("writes runs of millions of pixels like pycocotools", () => {
    const mask = new Uint8Array(4000 * 3000);
    for (let y = 0; y < 3000; y++) mask[y * 4000 + 2000] = 1;
    mask[mask.length - 1] = 1;
    expect(encodeRle(mask, 4000, 3000)).toBe("P\\Sg5hm2W^Pg5YRM");
  });

  it("cuts a decoded mask to its bounding box", () => {
    const mask = new Uint8Array(20 * 10);
    for (const [x, y] of [
      [5, 2],
      [6, 2],
      [9, 7],
    ] as const) {
      mask[y * 20 + x] = 1;
    }
    const cut = decodeRle(encodeRle(mask, 20, 10), 20, 10);
    expect([cut.x, cut.y, cut.width, cut.height]).toEqual([5, 2, 5, 6]);
  });

  it("survives a round trip of random masks of many sizes", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = mulberry(seed);
      const width = 1 + Math.floor(random() * 70);
      const height = 1 + Math.floor(random() * 70);
      const density = random();
      const mask = Uint8Array.from({ length: width * height }, () => Number(random() < density));
      const again = uncut(decodeRle(encodeRle(mask, width, height), width, height), width, height);
      expect(sameBytes(again, mask)).toBe(true);
    }
  });

  it("refuses a mask of another size and damaged text", () => {
    const counts = encodeRle(new Uint8Array(12).fill(1), 4, 3);
    expect(() => decodeRle(counts, 5, 3)).toThrow(RleError);
    expect(() => decodeRle("0\n", 4, 3)).toThrow(RleError);
    expect(() => decodeRle("o", 4, 3)).toThrow(RleError);
  });
});

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
