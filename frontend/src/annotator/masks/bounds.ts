import { finalAt, finalBounds, type MaskLayers } from "./layers";
import { EMPTY_RECT, type Rect } from "./rect";

/** The smallest rectangle around the mask in the making; empty when it has no pixels. */
export function maskBounds(layers: MaskLayers): Rect {
  const within = finalBounds(layers);
  let [left, top, right, bottom] = [within.x + within.width, -1, -1, -1];
  for (let y = within.y; y < within.y + within.height; y++) {
    for (let x = within.x; x < within.x + within.width; x++) {
      if (finalAt(layers, x, y) === 0) continue;
      if (top < 0) top = y;
      bottom = y;
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
  }
  return top < 0 ? EMPTY_RECT : { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top };
}
