import { IconArrowBackUp, IconArrowForwardUp, IconBackspace, IconCheck, IconX } from "@tabler/icons-react";
import { askOf, isUntouched, shownAsk } from "../state/draft";
import type { Action } from "./action";

const DRAWING = "Finish the stroke first.";

export const accept: Action = {
  id: "accept",
  label: "Accept mask",
  group: "Mask",
  keys: ["Enter", "f"],
  icon: IconCheck,
  can: ({ annotator: { state } }) => {
    if (state.stroking) return DRAWING;
    return isUntouched(state.draft) ? "Click an object or paint it first." : true;
  },
  perform: ({ annotator }) => annotator.accept(),
};

export const cancel: Action = {
  id: "cancel",
  label: "Cancel mask",
  group: "Mask",
  keys: ["Escape"],
  icon: IconX,
  can: ({ annotator: { state } }) =>
    state.stroking || !isUntouched(state.draft) ? true : "There is no mask in the making.",
  // Esc during a stroke takes back the stroke alone.
  perform: ({ annotator }) => (annotator.state.stroking ? annotator.cancelStroke() : annotator.cancel()),
};

export const undo: Action = {
  id: "undo",
  label: "Undo",
  group: "Mask",
  keys: ["mod+z"],
  icon: IconArrowBackUp,
  repeats: true,
  can: ({ annotator: { state } }) => {
    if (state.stroking) return DRAWING;
    return state.draft.done.length > 0 ? true : "There is nothing to undo in this mask.";
  },
  perform: ({ annotator }) => annotator.undo(),
};

export const redo: Action = {
  id: "redo",
  label: "Redo",
  group: "Mask",
  keys: ["mod+shift+z", "mod+y"],
  icon: IconArrowForwardUp,
  repeats: true,
  can: ({ annotator: { state } }) => {
    if (state.stroking) return DRAWING;
    return state.draft.undone.length > 0 ? true : "There is nothing to redo.";
  },
  perform: ({ annotator }) => annotator.redo(),
};

export const removeLastPoint: Action = {
  id: "remove-last-point",
  label: "Remove last point",
  group: "Mask",
  keys: ["Backspace"],
  icon: IconBackspace,
  can: ({ annotator: { state } }) => {
    if (state.stroking) return DRAWING;
    return askOf(state.draft).points.length > 0 ? true : "This mask has no points.";
  },
  perform: ({ annotator }) => annotator.removeLastPoint(),
};

function otherCandidate(by: 1 | -1, about: Pick<Action, "id" | "label" | "keys">): Action {
  return {
    ...about,
    group: "Mask",
    repeats: true,
    passesOn: true,
    can: ({ annotator: { state } }) => {
      if (state.stroking) return DRAWING;
      const count = shownAsk(state.draft)?.candidates?.length ?? 0;
      return count > 1 ? true : "Only a first click has several candidates.";
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
