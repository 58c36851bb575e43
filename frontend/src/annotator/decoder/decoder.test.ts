import { describe, expect, it } from "vitest";
import { bestOf, largestDifference, padded, unpackGraphs } from "./graph";
import { Lru } from "./lru";
import { chooseThreads } from "./threads";

describe("threads", () => {
  it("use up to four cores and leave one to the page when there are more than two", () => {
    expect([1, 2, 3, 4, 8].map((cores) => chooseThreads(cores, true).threads)).toEqual([1, 2, 2, 3, 4]);
  });

  it("are off without cross-origin isolation, and the reason is said", () => {
    expect(chooseThreads(8, false).threads).toBe(1);
    expect(chooseThreads(8, false).whyOff).toContain("COEP");
    expect(chooseThreads(8, true).whyOff).toBeNull();
  });
});

describe("kept embeddings", () => {
  it("drop the one not used for longest", () => {
    const kept = new Lru<string, number>(2);
    kept.set("a", 1);
    kept.set("b", 2);
    kept.get("a");
    kept.set("c", 3);
    expect([kept.get("a"), kept.get("b"), kept.get("c")]).toEqual([1, undefined, 3]);
  });

  it("are handed back when they are dropped, replaced or cleared, not when they are read", () => {
    const gone: number[] = [];
    const kept = new Lru<string, number>(2, (value) => gone.push(value));
    kept.set("a", 1);
    kept.get("a");
    kept.set("a", 2);
    kept.set("b", 3);
    kept.set("c", 4);
    kept.clear();
    expect(gone).toEqual([1, 2, 3, 4]);
  });
});

it("one click is answered by the best of the three candidates, never by the single-mask output", () => {
  expect(bestOf([1, 2, 3], Float32Array.of(0.99, 0.2, 0.8, 0.5))).toBe(1);
  expect(bestOf([1, 2, 3], Float32Array.of(0.99, -0.3, -0.1, -0.2))).toBe(1);
  expect(bestOf([0], Float32Array.of(0.1, 0.9, 0.9, 0.9))).toBe(0);
});

it("the photo's logits lie at the top left of the padded square", () => {
  const wide = padded(Float32Array.of(1, 2, 3, 4, 5, 6), 3, 3);
  expect(wide).toEqual({ data: Float32Array.of(1, 2, 3, 4, 5, 6, -10, -10, -10), side: 3 });
  const tall = padded(Float32Array.of(1, 2, 3), 1, 3);
  expect([...tall.data]).toEqual([1, -10, -10, 2, -10, -10, 3, -10, -10]);
});

it("logits are held against the known ones at their places in the grid", () => {
  const logits = Float32Array.from({ length: 16 }, (_, i) => i);
  expect(
    largestDifference(logits, 4, [
      [0, 2],
      [8, 10.5],
    ]),
  ).toBe(0.5);
  expect(largestDifference(logits.fill(Number.NaN), 4, [[0]])).toBeNaN();
});

describe("the decoder's file", () => {
  function file(magic: string, version: number): Uint8Array {
    const header = new TextEncoder().encode(
      JSON.stringify({ version, graphs: { image: { offset: 0, size: 2 }, click: { offset: 2, size: 1 } } }),
    );
    const bytes = new Uint8Array(8 + header.length + 3);
    bytes.set(new TextEncoder().encode(magic));
    new DataView(bytes.buffer).setUint32(4, header.length, true);
    bytes.set(header, 8);
    bytes.set([7, 8, 9], 8 + header.length);
    return bytes;
  }

  it("is taken apart into its graphs", () => {
    const { graphs } = unpackGraphs(file("MLDG", 2));
    expect([...graphs].map(([name, graph]) => [name, [...graph]])).toEqual([
      ["image", [7, 8]],
      ["click", [9]],
    ]);
  });

  it("of another kind or version is refused by a sentence", () => {
    expect(() => unpackGraphs(file("ONNX", 1))).toThrow("Reload");
    expect(() => unpackGraphs(file("MLDG", 1))).toThrow("Reload");
  });
});
