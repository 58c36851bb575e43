import { beforeAll, expect, it, vi } from "vitest";
import { TOUR } from "../state/tour";
import { keyedParts, keyedText } from "./keyedText";

// Which signs stand for Ctrl and Alt depends on the computer.
beforeAll(() => vi.stubGlobal("navigator", { platform: "Linux" }));

it("a sentence names the keys that an action has now", () => {
  const hint = "Paint with the brush ({tool-brush}), then {accept}.";
  expect(keyedText(hint, {})).toBe("Paint with the brush (B), then Enter.");
  expect(keyedText(hint, { "tool-brush": ["alt+q"] })).toBe("Paint with the brush (Alt Q), then Enter.");
  expect(keyedText(hint, { accept: [] })).toBe("Paint with the brush (B), then “Accept mask”.");
  expect(keyedText("The answer {items} is not understood.", {})).toBe(
    "The answer {items} is not understood.",
  );
});

it("keys can be told from the words around them", () => {
  expect(keyedParts("{help} shows all keys", {})).toEqual([
    { text: "", isKey: false },
    { text: "?", isKey: true },
    { text: " shows all keys", isKey: false },
  ]);
});

it("the tour speaks of actions that exist", () => {
  for (const { title, text } of TOUR) expect(keyedText(title + text, {})).not.toContain("{");
});
