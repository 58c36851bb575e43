import type { Action } from "./action";
import { keyText, sameKeys } from "./keys";

/** The keys of actions that the person has chosen, by the action's id; the others have their own. */
export type Keymap = Readonly<Record<string, readonly string[]>>;

export const DEFAULT_KEYMAP: Keymap = {};

export function keysOf(action: Action, keymap: Keymap): readonly string[] {
  return keymap[action.id] ?? action.keys;
}

/** An action's first key as a person reads it; null when all were taken from it. */
export function firstKeyText(action: Action, keymap: Keymap): string | null {
  const [first] = keysOf(action, keymap);
  return first === undefined ? null : keyText(first);
}

/** Which action has these keys now, other than the one they are wanted for. */
export function ownerOf(
  keys: string,
  wantedFor: Action,
  actions: readonly Action[],
  keymap: Keymap,
): Action | undefined {
  return actions.find(
    (action) => action !== wantedFor && keysOf(action, keymap).some((own) => sameKeys(own, keys)),
  );
}

/** Gives an action keys in place of `replaced` (null: in addition); whoever had them before loses them. */
export function withKeys(
  keymap: Keymap,
  actions: readonly Action[],
  action: Action,
  replaced: string | null,
  keys: string,
): Keymap {
  const owner = ownerOf(keys, action, actions, keymap);
  const without = owner ? withoutKeys(keymap, owner, keys) : keymap;
  const before = keysOf(action, keymap).filter((own) => own === replaced || !sameKeys(own, keys));
  const after = replaced === null ? [...before, keys] : before.map((own) => (own === replaced ? keys : own));
  return withList(without, action, after);
}

export function withoutKeys(keymap: Keymap, action: Action, keys: string): Keymap {
  return withList(
    keymap,
    action,
    keysOf(action, keymap).filter((own) => !sameKeys(own, keys)),
  );
}

/** Reads what was kept earlier. Actions that are no more, and what makes no sense, are left out. */
export function parseKeymap(text: string | null, actions: readonly Action[]): Keymap {
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? "{}");
  } catch {
    return DEFAULT_KEYMAP; // Changed by hand: the keys of the help sheet are there all the same.
  }
  if (typeof kept !== "object" || kept === null) return DEFAULT_KEYMAP;
  const known = Object.entries(kept).filter(
    (entry): entry is [string, string[]] =>
      actions.some(({ id }) => id === entry[0]) &&
      Array.isArray(entry[1]) &&
      entry[1].every((keys) => typeof keys === "string" && keys !== ""),
  );
  return Object.fromEntries(known);
}

/** An action that has its own keys again needs no entry: it follows when a later version gives it others. */
function withList(keymap: Keymap, action: Action, list: readonly string[]): Keymap {
  const { [action.id]: _, ...others } = keymap;
  const isDefault = list.length === action.keys.length && list.every((keys, i) => keys === action.keys[i]);
  return isDefault ? others : { ...others, [action.id]: list };
}
