import type { Annotator } from "../Annotator";
import { keptInSight, type Size, toImage } from "../canvas/view";
import type { Pixel } from "../masks/paint";
import { tools } from "./index";

/** Of the screen's shorter side: how far the cursor goes at once when it is to go far. */
const FAR_SHARE = 1 / 16;

/** Shows the keyboard's cursor in the middle of what is seen of the image, or hides it. */
export function toggleCursor(annotator: Annotator): void {
  const { cursor, image, view, screen } = annotator.state;
  if (cursor) {
    hideCursor(annotator);
    return;
  }
  if (!image) return;
  const middle = toImage(view, { x: screen.width / 2, y: screen.height / 2 });
  annotator.store.setState({
    cursor: within(middle, image),
    hint: "The arrows move the cursor, with Shift further. {cursor-press} sets a point or a corner there, {cursor-press-opposite} one that does not belong.",
  });
}

export function hideCursor(annotator: Annotator): void {
  const { cursor, moving, tool } = annotator.state;
  if (!cursor) return;
  if (moving) tools[tool].cancel(annotator);
  annotator.point(null);
  annotator.store.setState({ cursor: null });
}

/** Moves the cursor by a pixel of the image, or of the screen where those are smaller; the picture follows. */
export function moveCursor(annotator: Annotator, right: number, down: number, isFar: boolean): void {
  const { cursor, image, view, screen, tool, moving } = annotator.state;
  if (!cursor || !image) return;
  const onScreen = isFar ? FAR_SHARE * Math.min(screen.width, screen.height) : window.devicePixelRatio;
  const step = Math.max(1, Math.round(onScreen / view.scale));
  const to = within({ x: cursor.x + right * step, y: cursor.y + down * step }, image);
  const at = centreOf(to);
  annotator.store.setState({ cursor: to, view: keptInSight(view, at, image, screen) });
  if (moving) tools[tool].move(annotator, [at]);
  else tools[tool].hover?.(annotator, at, false);
}

/** Does what a click with the tool in hand does. A box has its second corner at the second press. */
export function pressAtCursor(annotator: Annotator, opposite: boolean): void {
  const { cursor, tool, moving } = annotator.state;
  if (!cursor) return;
  const timeStamp = performance.now();
  if (!moving) tools[tool].down(annotator, { at: centreOf(cursor), opposite, timeStamp });
  if (moving || tool !== "box") tools[tool].up(annotator, timeStamp);
}

export function centreOf({ x, y }: Pixel): Pixel {
  return { x: x + 0.5, y: y + 0.5 };
}

function within({ x, y }: Pixel, { width, height }: Size): Pixel {
  return {
    x: Math.min(width - 1, Math.max(0, Math.floor(x))),
    y: Math.min(height - 1, Math.max(0, Math.floor(y))),
  };
}
