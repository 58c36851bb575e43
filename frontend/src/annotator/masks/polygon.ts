import type { MaskLayers, PaintValue } from "./layers";
import { type FoundSpan, type Pixel, paintSpans, type StrokeDelta } from "./paint";

/**
 * Paints the inside of a closed outline: the pixels whose centre it encloses, even-odd where it crosses itself.
 * Corners are in image pixels with (0, 0) the corner of the first one.
 */
export function paintPolygon(layers: MaskLayers, value: PaintValue, corners: readonly Pixel[]): StrokeDelta {
  return paintSpans(layers, value, (found) => polygonSpans(corners, layers.width, layers.height, found));
}

/** The rows' stretches of pixels inside an outline. A centre on the outline is inside on its left and upper side. */
export function polygonSpans(
  corners: readonly Pixel[],
  width: number,
  height: number,
  found: FoundSpan,
): void {
  const { places, rowStarts } = crossings(corners, height);
  for (let y = 0; y < height; y++) {
    const row = places.subarray(rowStarts[y], rowStarts[y + 1]).sort();
    for (let i = 0; i + 1 < row.length; i += 2) {
      const start = Math.max(0, Math.ceil((row[i] as number) - 0.5));
      const end = Math.min(width, Math.ceil((row[i + 1] as number) - 0.5));
      if (end > start) found(y, start, end);
    }
  }
}

/** Where the outline crosses the line through each row's pixel centres; row y's are from `rowStarts[y]` on. */
function crossings(corners: readonly Pixel[], height: number) {
  const rowStarts = new Uint32Array(height + 2);
  // Counted one row further than they lie, and filled in one row further: after that each start is in its place.
  forEachCrossing(corners, height, (y) => {
    rowStarts[y + 2] = (rowStarts[y + 2] as number) + 1;
  });
  for (let y = 2; y < rowStarts.length; y++) {
    rowStarts[y] = (rowStarts[y] as number) + (rowStarts[y - 1] as number);
  }
  const places = new Float64Array(rowStarts[height + 1] as number);
  forEachCrossing(corners, height, (y, x) => {
    const at = rowStarts[y + 1] as number;
    places[at] = x;
    rowStarts[y + 1] = at + 1;
  });
  return { places, rowStarts };
}

function forEachCrossing(
  corners: readonly Pixel[],
  height: number,
  found: (y: number, x: number) => void,
): void {
  let from = corners.at(-1);
  if (!from) return;
  for (const to of corners) {
    const [upper, lower] = from.y <= to.y ? [from, to] : [to, from];
    // Half-open, so that a corner on the line counts once: upper <= y + 0.5 < lower.
    const first = Math.max(0, Math.ceil(upper.y - 0.5));
    const behind = Math.min(height, Math.ceil(lower.y - 0.5));
    const slope = (lower.x - upper.x) / (lower.y - upper.y);
    for (let y = first; y < behind; y++) found(y, upper.x + (y + 0.5 - upper.y) * slope);
    from = to;
  }
}
