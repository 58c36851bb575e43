import { expect, it } from "vitest";
import type { PointPrompt } from "../state/draft";
import { dropSpecks } from "./specks";
import vectors from "./specks.vectors.json";

/** `o` is a filled hole, `x` a dropped island. */
const LOGITS: Record<string, number> = { "#": 2, ".": -2, o: 1, x: -1 };

function logitsOf(rows: string[]) {
  const data = Float32Array.from(rows.join(""), (cell) => LOGITS[cell] as number);
  return { data, side: rows.length };
}

it.each(vectors)("drops and fills what the engine does: $name", ({
  width,
  height,
  share,
  points,
  box,
  given,
  expected,
}) => {
  const logits = logitsOf(given);
  const before = logits.data.slice();
  const prompts = { points: points as PointPrompt[], box };
  const shown = dropSpecks(logits, prompts, { width, height }, 0, share);
  expect([...shown.data]).toEqual([...logitsOf(expected).data]);
  expect(logits.data).toEqual(before);
  if (given.join() === expected.join()) expect(shown).toBe(logits);
});

it("goes by the model's threshold", () => {
  const logits = logitsOf(["##..", "##..", "....", "...#"]);
  const prompts = { points: [], box: null };
  expect(dropSpecks(logits, prompts, { width: 4, height: 4 }, 3, 0.5)).toBe(logits);
  const shown = dropSpecks(logits, prompts, { width: 4, height: 4 }, 1.5, 0.5);
  expect(shown.data[15]).toBe(0.5);
});
