import type { PointPrompt } from "../state/draft";
import type { LowResLogits } from "./upscale";

// As in engine/honour.py, which says where they come from; honour.vectors.json holds both to the same results.
const LIKENESS = 3;
const REACH = 6;
const CHANGED = 1;

/**
 * Every click has its way: where the decoder's answer contradicts a click, cells around it that the decoder
 * thinks of much like the clicked one change sides, up to half the way to the nearest click of the other kind.
 * The clicks are pixels of a photo whose longest side is `longestSide`. Returns the same logits where no click is
 * contradicted.
 */
export function honourClicks(
  logits: LowResLogits,
  clicks: readonly PointPrompt[],
  longestSide: number,
  threshold: number,
): LowResLogits {
  const { side } = logits;
  const scale = side / longestSide;
  const places = clicks.map(({ x, y, label }) => ({ x: (x + 0.5) * scale, y: (y + 0.5) * scale, label }));
  let data = logits.data;
  for (const place of places) {
    const column = Math.min(side - 1, Math.floor(place.x));
    const row = Math.min(side - 1, Math.floor(place.y));
    const value = (data[row * side + column] as number) - threshold;
    if (value > 0 === (place.label === 1)) continue;
    if (data === logits.data) data = logits.data.slice();
    changeSides(data, side, { column, row }, reachOf(place, places), place.label, threshold);
  }
  return data === logits.data ? logits : { data, side };
}

interface Place {
  x: number;
  y: number;
  label: 0 | 1;
}

function reachOf(place: Place, places: Place[]): number {
  const others = places.filter(({ label }) => label !== place.label);
  return Math.max(1, Math.min(REACH, ...others.map(({ x, y }) => Math.hypot(x - place.x, y - place.y) / 2)));
}

/** Floods from a cell over its like neighbours within reach, and puts those on the wrong side on the right one. */
function changeSides(
  data: Float32Array,
  side: number,
  start: { column: number; row: number },
  reach: number,
  label: 0 | 1,
  threshold: number,
): void {
  const sign = label === 1 ? 1 : -1;
  const lowest = sign * (data[start.row * side + start.column] as number) - LIKENESS;
  const seen = new Set<number>();
  const pending = [start.row * side + start.column];
  while (pending.length > 0) {
    const cell = pending.pop() as number;
    const column = cell % side;
    const row = (cell - column) / side;
    const isNear = (column - start.column) ** 2 + (row - start.row) ** 2 <= reach ** 2;
    const value = data[cell] as number;
    if (seen.has(cell) || !isNear || sign * value < lowest) continue;
    seen.add(cell);
    if (column > 0) pending.push(cell - 1);
    if (column < side - 1) pending.push(cell + 1);
    if (row > 0) pending.push(cell - side);
    if (row < side - 1) pending.push(cell + side);
  }
  for (const cell of seen) {
    if ((data[cell] as number) > threshold !== (label === 1)) data[cell] = threshold + sign * CHANGED;
  }
}
