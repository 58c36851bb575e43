import type { Action } from "./action";
import { imagesActions } from "./images";
import { type KeyPress, matches } from "./keys";
import { maskActions } from "./mask";
import { selectedActions } from "./selected";
import { toolsActions } from "./tools";
import { viewActions } from "./view";

/** Everything the person can do, in the order of the help sheet. */
export const actions: readonly Action[] = [
  ...maskActions,
  ...selectedActions,
  ...toolsActions,
  ...viewActions,
  ...imagesActions,
];

export function actionFor(press: KeyPress): Action | undefined {
  return actions.find((action) => action.keys.some((keys) => matches(keys, press)));
}
