import {
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconBucketDroplet,
  IconFocus,
  IconGrain,
} from "@tabler/icons-react";
import { fillHoles, grow, keepLargest, removeIslands, shrink } from "../masks/edits";
import type { MaskLayers } from "../masks/layers";
import type { StrokeDelta } from "../masks/paint";
import { isBegun, nextRequest } from "../state/draft";
import { unfinished } from "../state/store";
import type { Action } from "./action";

/** An action on all of the mask in the making; `nothing` says that there was nothing to change. */
function edit(
  paint: (layers: MaskLayers) => StrokeDelta,
  nothing: string,
  about: Pick<Action, "id" | "label" | "keys" | "icon" | "repeats">,
): Action {
  return {
    ...about,
    group: "Mask",
    can: ({ annotator: { state } }) => {
      if (!isBegun(state.draft)) return unfinished(state) ?? "Click an object or paint it first.";
      // It would change the mask from before the click.
      const isAnswered = !nextRequest(state.draft) || state.decoder.phase === "failed";
      return unfinished(state) ?? (isAnswered || "The model has not answered your last click yet.");
    },
    perform: ({ annotator }) => annotator.edit(paint, nothing),
  };
}

export const fillHolesAction = edit(fillHoles, "The mask has no holes.", {
  id: "fill-holes",
  label: "Fill holes",
  keys: ["g"],
  icon: IconBucketDroplet,
});

export const removeIslandsAction = edit(removeIslands, "The mask has no small parts beside a large one.", {
  id: "remove-islands",
  label: "Remove islands",
  keys: ["i"],
  icon: IconGrain,
});

export const keepLargestAction = edit(keepLargest, "The mask is of one part.", {
  id: "keep-largest",
  label: "Keep the largest part",
  keys: ["y"],
  icon: IconFocus,
});

export const growAction = edit(grow, "There is nothing to grow.", {
  id: "grow",
  label: "Grow by a pixel",
  keys: ["."],
  icon: IconArrowsMaximize,
  repeats: true,
});

export const shrinkAction = edit(shrink, "There is nothing to shrink.", {
  id: "shrink",
  label: "Shrink by a pixel",
  keys: [","],
  icon: IconArrowsMinimize,
  repeats: true,
});

export const editActions: readonly Action[] = [
  fillHolesAction,
  removeIslandsAction,
  keepLargestAction,
  growAction,
  shrinkAction,
];
