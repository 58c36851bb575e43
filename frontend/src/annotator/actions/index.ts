import type { Action } from "./action";
import { editActions } from "./edits";
import { imagesActions } from "./images";
import { type Keymap, keysOf } from "./keymap";
import { type KeyPress, matches } from "./keys";
import { maskActions } from "./mask";
import { toolsActions } from "./tools";
import { viewActions } from "./view";

/** Everything the person can do, in the order of the help sheet. */
export const actions: readonly Action[] = [
  ...maskActions,
  ...editActions,
  ...toolsActions,
  ...viewActions,
  ...imagesActions,
];

export function actionFor(press: KeyPress, keymap: Keymap): Action | undefined {
  return actions.find((action) => keysOf(action, keymap).some((keys) => matches(keys, press)));
}
