import type { Action } from "./action";
import { cursorActions } from "./cursor";
import { editActions } from "./edits";
import { imagesActions } from "./images";
import { type Keymap, keysOf } from "./keymap";
import { type KeyPress, meanings, sameKeys } from "./keys";
import { maskActions } from "./mask";
import { proposalActions } from "./proposals";
import { selectedActions } from "./selected";
import { toolsActions } from "./tools";
import { viewActions } from "./view";

/** Everything the person can do, in the order of the help sheet. */
export const actions: readonly Action[] = [
  ...maskActions,
  ...editActions,
  ...proposalActions,
  ...selectedActions,
  ...toolsActions,
  ...cursorActions,
  ...viewActions,
  ...imagesActions,
];

export function actionFor(press: KeyPress, keymap: Keymap): Action | undefined {
  for (const pressed of meanings(press)) {
    const action = actions.find((one) => keysOf(one, keymap).some((keys) => sameKeys(keys, pressed)));
    if (action) return action;
  }
  return undefined;
}
