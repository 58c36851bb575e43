import { clickOutline, startOutline } from "../state/outline";
import { closeOutline, drawOutline } from "./outline";
import type { Tool } from "./tool";

/** Clicks set corners; one on the first corner, a double click or the key for accepting closes the polygon. */
export const polygonTool: Tool = {
  hasRing: false,
  down(annotator, { at, opposite }) {
    const { outline, view } = annotator.state;
    if (!outline) {
      drawOutline(annotator, startOutline(at, opposite, false));
      return;
    }
    const clicked = clickOutline(outline, at, window.devicePixelRatio / view.scale);
    if (clicked === "close") closeOutline(annotator);
    else drawOutline(annotator, clicked);
  },
  move() {},
  up() {},
  cancel() {},
};
