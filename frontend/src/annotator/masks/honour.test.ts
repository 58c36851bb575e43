import { expect, it } from "vitest";
import type { PointPrompt } from "../state/draft";
import { honourClicks } from "./honour";
import vectors from "./honour.vectors.json";

const SIDE = 4;

it.each(vectors)("changes what the engine changes: $name", ({
  side,
  longestSide,
  clicks,
  logits,
  expected,
}) => {
  const given = { data: Float32Array.from(logits.flat()), side };
  const before = given.data.slice();
  const { data } = honourClicks(given, clicks as PointPrompt[], longestSide, 0);
  expect([...data]).toEqual(expected.flat());
  expect(given.data).toEqual(before);
});

it("leaves an answer alone that every click agrees with", () => {
  const logits = { data: new Float32Array(SIDE * SIDE).fill(2), side: SIDE };
  expect(honourClicks(logits, [{ x: 1, y: 1, label: 1 }], SIDE, 0)).toBe(logits);
  expect(honourClicks(logits, [{ x: 1, y: 1, label: 1 }], SIDE, 3)).not.toBe(logits);
});
