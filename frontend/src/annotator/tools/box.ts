import type { Pixel } from "../masks/paint";
import { letBoxGo, stretchBox } from "./prompts";
import type { Tool } from "./tool";

/** A box around the object, from corner to corner. */
function stretchTool(): Tool {
  let from: Pixel | null = null;
  return {
    hasRing: false,
    down(annotator, { at }) {
      from = at;
      stretchBox(annotator, at, at);
    },
    move(annotator, places) {
      const at = places.at(-1);
      if (from && at) stretchBox(annotator, from, at);
    },
    up(annotator, timeStamp) {
      from = null;
      letBoxGo(annotator, timeStamp);
    },
    cancel(annotator) {
      from = null;
      annotator.store.setState({ moving: null });
    },
  };
}

export const boxTool = stretchTool();
