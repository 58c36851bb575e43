import type { Tool } from "./tool";

/** A click says what belongs to the object; the opposite click says what does not. */
export const pointTool: Tool = {
  hasRing: false,
  down(annotator, { at, opposite, timeStamp }) {
    const { image } = annotator.state;
    const x = Math.floor(at.x);
    const y = Math.floor(at.y);
    if (!image || x < 0 || y < 0 || x >= image.width || y >= image.height) return;
    annotator.click({ x, y, label: opposite ? 0 : 1 }, timeStamp);
  },
  move() {},
  up() {},
  cancel() {},
};
