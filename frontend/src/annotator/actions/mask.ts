import { IconArrowBackUp, IconArrowForwardUp, IconBackspace, IconCheck, IconX } from "@tabler/icons-react";
import { isUntouched } from "../state/draft";
import { NOTHING_SELECTED } from "../state/selection";
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
    state.stroking || !isUntouched(state.draft) || state.selectedId !== null
      ? true
      : "There is no mask in the making.",
  // Esc during a stroke takes back the stroke alone; without a mask in the making it lets go of saved ones.
  perform: ({ annotator }) => {
    if (annotator.state.stroking) annotator.cancelStroke();
    else if (isUntouched(annotator.state.draft)) annotator.store.setState(NOTHING_SELECTED);
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
    return state.draft.clicks.length > 0 ? true : "This mask has no points.";
  },
  perform: ({ annotator }) => annotator.removeLastClick(),
};

export const maskActions: readonly Action[] = [accept, cancel, undo, redo, removeLastPoint];
