import type { Pixel } from "../masks/paint";
import {
  dragPoint,
  letBoxGo,
  letPointGo,
  onImage,
  pixelAt,
  pointAt,
  SHORTEST_DRAG,
  stretchBox,
} from "./prompts";
import type { Tool } from "./tool";

type Held = { kind: "click"; from: Pixel } | { kind: "box"; from: Pixel } | { kind: "point"; index: number };

/**
 * A click says what belongs to the object; the opposite click says what does not. It counts when the button goes
 * down; when it turns out to be a drag, the click is taken back and a box is stretched. Points can be dragged, and
 * the opposite click on one removes it.
 */
function clickTool(): Tool {
  let held: Held | null = null;
  return {
    hasRing: false,
    down(annotator, { at, opposite, timeStamp }) {
      const index = pointAt(annotator, at);
      if (index >= 0) {
        if (opposite) annotator.removePoint(index);
        else held = { kind: "point", index };
        return;
      }
      const pixel = pixelAt(annotator, at);
      if (!pixel) return;
      if (!opposite) held = { kind: "click", from: at };
      annotator.click({ ...pixel, label: opposite ? 0 : 1 }, timeStamp);
    },
    move(annotator, places) {
      const at = places.at(-1);
      if (!held || !at) return;
      if (held.kind === "point") {
        dragPoint(annotator, held.index, at);
        return;
      }
      if (held.kind === "click") {
        const moved = Math.max(Math.abs(at.x - held.from.x), Math.abs(at.y - held.from.y));
        if (moved < onImage(annotator, SHORTEST_DRAG)) return;
        annotator.undo();
        held = { kind: "box", from: held.from };
      }
      stretchBox(annotator, held.from, at);
    },
    up(annotator, timeStamp) {
      if (held?.kind === "box") letBoxGo(annotator, timeStamp);
      if (held?.kind === "point") letPointGo(annotator);
      held = null;
    },
    cancel(annotator) {
      annotator.store.setState({ moving: null });
      held = null;
    },
    hover(annotator, at, opposite) {
      const pixel = pointAt(annotator, at) < 0 ? pixelAt(annotator, at) : null;
      annotator.point(pixel && { ...pixel, label: opposite ? 0 : 1 });
    },
    cursor: (annotator, at) => (pointAt(annotator, at) < 0 ? "crosshair" : "grab"),
  };
}

export const pointTool = clickTool();
