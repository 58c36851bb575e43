import { isClosable, startOutline } from "../state/outline";
import { closeOutline, drawOutline, dropOutline } from "./outline";
import type { Tool } from "./tool";

/** Draws an outline freehand, closed by letting go. */
export const lassoTool: Tool = {
  hasRing: false,
  down(annotator, { at, opposite }) {
    drawOutline(annotator, startOutline(at, opposite, true));
  },
  move(annotator, places) {
    const { outline } = annotator.state;
    // Esc has taken it back while the button is still held.
    if (!outline) return;
    drawOutline(annotator, { ...outline, corners: outline.corners.concat(places) });
  },
  up(annotator) {
    const { outline } = annotator.state;
    if (!outline) return;
    if (isClosable(outline)) {
      closeOutline(annotator);
      return;
    }
    dropOutline(annotator);
    annotator.store.setState({ hint: "Hold the button and drag around the object." });
  },
  cancel(annotator) {
    dropOutline(annotator);
  },
};
