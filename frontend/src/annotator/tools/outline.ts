import type { Annotator } from "../Annotator";
import { paintPolygon } from "../masks/polygon";
import { begin } from "../state/activeTime";
import { type Outline, removeLastCorner } from "../state/outline";

/** Shows the outline as it is now. */
export function drawOutline({ store }: Annotator, outline: Outline): void {
  store.setState(({ time }) => ({ outline, hint: null, time: begin(time, performance.now()) }));
}

/** Adds the outline's inside to the mask, or erases it. */
export function closeOutline(annotator: Annotator): void {
  const { outline } = annotator.state;
  if (!outline) return;
  dropOutline(annotator);
  annotator.edit(
    (layers) => paintPolygon(layers, outline.value, outline.corners),
    "There is no pixel inside this outline.",
  );
}

/** Takes back the last corner; of a freehand outline all of it. */
export function takeBackCorner({ store }: Annotator): void {
  store.setState(({ outline }) => ({
    outline: outline && !outline.isFreehand ? removeLastCorner(outline) : null,
  }));
}

export function dropOutline({ store }: Annotator): void {
  store.setState({ outline: null });
}
