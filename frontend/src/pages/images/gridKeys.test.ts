import { expect, it } from "vitest";
import { nextCard } from "./gridKeys";

// Eight cards in rows of three:  0 1 2 / 3 4 5 / 6 7
it.each([
  ["ArrowRight", 2, 3],
  ["ArrowRight", 7, 7],
  ["ArrowLeft", 3, 2],
  ["ArrowLeft", 0, 0],
  ["ArrowDown", 1, 4],
  ["ArrowDown", 5, 7],
  ["ArrowDown", 7, 7],
  ["ArrowUp", 7, 4],
  ["ArrowUp", 2, 2],
  ["Home", 5, 0],
  ["End", 5, 7],
  ["Enter", 5, null],
])("%s from card %d leads to %s", (key, from, to) => {
  expect(nextCard(key, from, 8, 3)).toBe(to);
});
