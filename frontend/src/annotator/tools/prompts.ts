import type { Annotator } from "../Annotator";
import type { Pixel } from "../masks/paint";
import { askOf, type Box, type PointPrompt } from "../state/draft";

/** CSS pixels: as near as that to a point's centre is on it. */
const POINT_REACH = 10;
/** A box that is narrower was no drag, in CSS pixels. */
export const SHORTEST_DRAG = 6;

/** Lengths on the screen in pixels of the image. */
export function onImage(annotator: Annotator, cssPixels: number): number {
  return (cssPixels * window.devicePixelRatio) / annotator.state.view.scale;
}

/** The point prompt at a place of the image: its place in the draft, the last one first; -1 for none. */
export function pointAt(annotator: Annotator, at: Pixel): number {
  const reach = onImage(annotator, POINT_REACH);
  return askOf(annotator.state.draft).points.findLastIndex(
    ({ x, y }) => Math.hypot(x + 0.5 - at.x, y + 0.5 - at.y) <= reach,
  );
}

/** The pixel at a place, null beside the image. */
export function pixelAt(annotator: Annotator, at: Pixel): Pixel | null {
  const { image } = annotator.state;
  const x = Math.floor(at.x);
  const y = Math.floor(at.y);
  return image && x >= 0 && y >= 0 && x < image.width && y < image.height ? { x, y } : null;
}

/** Shows the box of the pixels from one corner to where the pointer is; what is beside the image is cut off. */
export function stretchBox(annotator: Annotator, from: Pixel, to: Pixel): void {
  const { image } = annotator.state;
  if (!image) return;
  const box: Box = {
    left: Math.max(0, Math.floor(Math.min(from.x, to.x))),
    top: Math.max(0, Math.floor(Math.min(from.y, to.y))),
    right: Math.min(image.width, Math.ceil(Math.max(from.x, to.x))),
    bottom: Math.min(image.height, Math.ceil(Math.max(from.y, to.y))),
  };
  annotator.store.setState({ moving: { kind: "box", box } });
}

/** Asks for what is in the box that was stretched, unless there is no room in it. */
export function letBoxGo(annotator: Annotator, timeStamp: number): void {
  const { moving } = annotator.state;
  annotator.store.setState({ moving: null });
  if (moving?.kind !== "box") return;
  const { left, top, right, bottom } = moving.box;
  if (right > left && bottom > top) annotator.setBox(moving.box, timeStamp);
}

/** Shows a point on its way to another place. */
export function dragPoint(annotator: Annotator, index: number, at: Pixel): void {
  const { image, draft } = annotator.state;
  const point = askOf(draft).points[index];
  if (!image || !point) return;
  const x = Math.min(image.width - 1, Math.max(0, Math.floor(at.x)));
  const y = Math.min(image.height - 1, Math.max(0, Math.floor(at.y)));
  const moved: PointPrompt = { ...point, x, y };
  annotator.store.setState({ moving: { kind: "point", index, point: moved } });
}

export function letPointGo(annotator: Annotator): void {
  const { moving } = annotator.state;
  annotator.store.setState({ moving: null });
  if (moving?.kind === "point") annotator.movePoint(moving.index, moving.point);
}
