import { IconArrowBackUp, IconArrowForwardUp, IconBackspace, IconCheck, IconX } from "@tabler/icons-react";
import { firstUndone, lastDone } from "../outbox/history";
import { askOf, isBegun, isUntouched, shownAsk } from "../state/draft";
import { FEWEST_CORNERS, isClosable } from "../state/outline";
import { NOTHING_SELECTED } from "../state/selection";
import { unfinished } from "../state/store";
import { tools } from "../tools";
import { closeOutline, dropOutline, takeBackCorner } from "../tools/outline";
import type { Action } from "./action";
import { moveStep } from "./maskSteps";

export const accept: Action = {
  id: "accept",
  label: "Accept mask",
  group: "Mask",
  keys: ["Enter", "f"],
  icon: IconCheck,
  can: ({ annotator: { state } }) => {
    if (state.outline) return isClosable(state.outline) || `Set at least ${FEWEST_CORNERS} corners first.`;
    if (state.draft.start && isUntouched(state.draft))
      return "Nothing is corrected yet. Esc leaves it as it was.";
    return unfinished(state) ?? (isUntouched(state.draft) ? "Click an object or paint it first." : true);
  },
  // While an outline is drawn, the key closes it.
  perform: ({ annotator }) => (annotator.state.outline ? closeOutline(annotator) : annotator.accept()),
};

export const cancel: Action = {
  id: "cancel",
  label: "Cancel mask",
  group: "Mask",
  keys: ["Escape"],
  icon: IconX,
  can: ({ annotator: { state } }) =>
    unfinished(state) || state.moving || isBegun(state.draft) || state.selectedId !== null
      ? true
      : "There is no mask in the making.",
  // Esc during a stroke, an outline or a box takes back that alone; without a mask in the making it lets go of saved ones.
  perform: ({ annotator }) => {
    if (annotator.state.outline) dropOutline(annotator);
    else if (annotator.state.stroking) annotator.cancelStroke();
    else if (annotator.state.moving) tools[annotator.state.tool].cancel(annotator);
    else if (!isBegun(annotator.state.draft)) annotator.store.setState(NOTHING_SELECTED);
    else annotator.cancel();
  },
};

export const undo: Action = {
  id: "undo",
  label: "Undo",
  group: "Mask",
  keys: ["mod+z"],
  icon: IconArrowBackUp,
  repeats: true,
  can: ({ annotator: { state } }) => {
    if (state.outline) return true;
    const { draft, maskSteps } = state;
    if (draft.done.length > 0) return unfinished(state) ?? true;
    if (isBegun(draft)) return "There is nothing to undo in this mask.";
    return unfinished(state) ?? (lastDone(maskSteps) ? true : "There is nothing to undo.");
  },
  // The mask in the making comes first; without one, what was done to saved masks.
  perform: ({ annotator }) => {
    const { outline, draft, maskSteps } = annotator.state;
    const step = lastDone(maskSteps);
    if (outline) takeBackCorner(annotator);
    else if (draft.done.length > 0) annotator.undo();
    else if (step) moveStep(annotator, step, true);
  },
};

export const redo: Action = {
  id: "redo",
  label: "Redo",
  group: "Mask",
  keys: ["mod+shift+z", "mod+y"],
  icon: IconArrowForwardUp,
  repeats: true,
  can: ({ annotator: { state } }) => {
    const { draft, maskSteps } = state;
    const isThere = draft.undone.length > 0 || firstUndone(maskSteps) !== undefined;
    return unfinished(state) ?? (isThere || "There is nothing to redo.");
  },
  // Steps with saved masks were taken back after those of the mask in the making: a new one forgets them.
  perform: ({ annotator }) => {
    const step = firstUndone(annotator.state.maskSteps);
    if (step) moveStep(annotator, step, false);
    else annotator.redo();
  },
};

export const removeLastPoint: Action = {
  id: "remove-last-point",
  label: "Remove last point",
  group: "Mask",
  keys: ["Backspace"],
  icon: IconBackspace,
  can: ({ annotator: { state } }) => {
    if (state.outline) return true;
    return unfinished(state) ?? (askOf(state.draft).points.length > 0 || "This mask has no points.");
  },
  // While an outline is drawn, its corners are the points.
  perform: ({ annotator }) =>
    annotator.state.outline ? takeBackCorner(annotator) : annotator.removeLastPoint(),
};

function otherCandidate(by: 1 | -1, about: Pick<Action, "id" | "label" | "keys">): Action {
  return {
    ...about,
    group: "Mask",
    repeats: true,
    passesOn: true,
    can: ({ annotator: { state } }) => {
      const count = shownAsk(state.draft)?.candidates?.length ?? 0;
      return unfinished(state) ?? (count > 1 || "Only a first click has several candidates.");
    },
    perform: ({ annotator }) => annotator.stepCandidate(by),
  };
}

export const nextCandidate = otherCandidate(1, {
  id: "next-candidate",
  label: "Next candidate (whole, part, subpart)",
  keys: ["Tab"],
});

export const previousCandidate = otherCandidate(-1, {
  id: "previous-candidate",
  label: "Previous candidate",
  keys: ["shift+Tab"],
});

export const maskActions: readonly Action[] = [
  accept,
  cancel,
  undo,
  redo,
  removeLastPoint,
  nextCandidate,
  previousCandidate,
];
