import { useEffect, useRef } from "react";
import type { Action, ActionContext } from "./action";
import { actionFor } from "./index";
import { isTyping, pressesFocused } from "./keys";

const HELD_AFTER_MS = 350;

/** Runs the actions' keys while the page is shown and no dialog is open. */
export function useKeys(context: ActionContext, dialogOpen: boolean): void {
  const latest = useRef({ context, dialogOpen });
  latest.current = { context, dialogOpen };
  useEffect(() => {
    let held: { action: Action; since: number } | null = null;

    function down(event: KeyboardEvent) {
      const { context, dialogOpen } = latest.current;
      if (dialogOpen || event.defaultPrevented) return;
      if (isTyping(event.target) || pressesFocused(event, event.target)) return;
      const action = actionFor(event, context.annotator.state.keymap);
      if (!action || (action.passesOn && action.can(context) !== true)) return;
      event.preventDefault();
      if (event.repeat && !action.repeats) return;
      context.annotator.noteInput();
      run(action, context);
      if (action.release) held = { action, since: event.timeStamp };
    }

    function up(event: KeyboardEvent) {
      if (held?.action !== actionFor(event, latest.current.context.annotator.state.keymap)) return;
      if (held && event.timeStamp - held.since > HELD_AFTER_MS) held.action.release?.(latest.current.context);
      held = null;
    }

    window.addEventListener("keydown", down);
    window.addEventListener("keyup", up);
    return () => {
      window.removeEventListener("keydown", down);
      window.removeEventListener("keyup", up);
    };
  }, []);
}

/** Whether an action can be done now, or one sentence on why not: a mask of a read-only image stays as it is. */
export function canDo(action: Action, context: ActionContext): true | string {
  const { readOnly } = context.annotator.state;
  return action.group === "Mask" && readOnly !== null ? readOnly : action.can(context);
}

/** Performs an action, or says why it cannot be done now. */
export function run(action: Action, context: ActionContext): void {
  const can = canDo(action, context);
  if (can === true) action.perform(context);
  else context.annotator.store.setState({ hint: can });
}
