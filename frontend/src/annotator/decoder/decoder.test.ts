import { describe, expect, it } from "vitest";
import { bestCandidate } from "./graph";
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
});

it("one click is answered by the best of the three candidates, never by the single-mask output", () => {
  expect(bestCandidate(Float32Array.of(0.99, 0.2, 0.8, 0.5))).toBe(2);
  expect(bestCandidate(Float32Array.of(0.99, -0.3, -0.1, -0.2))).toBe(2);
});
