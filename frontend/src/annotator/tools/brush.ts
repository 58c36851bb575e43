import { ADDED, ERASED, type PaintValue } from "../masks/layers";
import type { Tool } from "./tool";

/** Paints one value along the pointer's way; with the opposite button, the other one. */
function strokeTool(value: PaintValue): Tool {
  const other = value === ADDED ? ERASED : ADDED;
  return {
    hasRing: true,
    down(annotator, { at, opposite }) {
      annotator.startStroke(opposite ? other : value, at);
    },
    move(annotator, places) {
      annotator.extendStroke(places);
    },
    up(annotator) {
      annotator.endStroke();
    },
    cancel(annotator) {
      annotator.cancelStroke();
    },
  };
}

export const brushTool = strokeTool(ADDED);
export const eraserTool = strokeTool(ERASED);
