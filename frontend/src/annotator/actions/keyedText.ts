import { actions } from "./index";
import { firstKeyText, type Keymap } from "./keymap";

const ACTION_ID = /\{([a-z-]+)\}/;

/** A sentence in which `{accept}` stands for that action's key as it is now, cut at those places. */
export function keyedParts(text: string, keymap: Keymap): { text: string; isKey: boolean }[] {
  // Split by a pattern with a group, every other part is what the group has found.
  return text.split(ACTION_ID).map((part, index) => {
    if (index % 2 === 0) return { text: part, isKey: false };
    const action = actions.find(({ id }) => id === part);
    // Somebody else's braces, in the words of an error.
    if (!action) return { text: `{${part}}`, isKey: false };
    const keys = firstKeyText(action, keymap);
    return keys === null ? { text: `“${action.label}”`, isKey: false } : { text: keys, isKey: true };
  });
}

/** The same in one piece. */
export function keyedText(text: string, keymap: Keymap): string {
  return keyedParts(text, keymap)
    .map((part) => part.text)
    .join("");
}
