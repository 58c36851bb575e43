import { EMPTY_RECT, intersectRect, isEmptyRect, type Rect, unionRect } from "./rect";
import type { CutMask } from "./rle";

/**
 * Per image pixel the number of the topmost mask (1 for masks[0] and so on), 0 where there is none. Smaller
 * masks lie on larger ones, so that every one of them stays visible.
 */
export function buildLabelMap(masks: CutMask[], width: number, height: number): Uint16Array | null {
  if (masks.length === 0) return null;
  const labels = new Uint16Array(width * height);
  drawLabels(labels, masks, width, { x: 0, y: 0, width, height });
  return labels;
}

/**
 * Makes the map of some masks that of other ones: only where the two lists differ is it drawn anew, so that one more
 * mask among many costs its own box.
 */
export function renewLabelMap(
  labels: Uint16Array,
  before: readonly CutMask[],
  masks: readonly CutMask[],
  width: number,
): void {
  let changed: Rect = EMPTY_RECT;
  for (let i = 0; i < Math.max(before.length, masks.length); i++) {
    if (before[i] === masks[i]) continue;
    for (const box of [before[i], masks[i]]) if (box) changed = unionRect(changed, box);
  }
  for (let y = changed.y; y < changed.y + changed.height; y++) {
    labels.fill(0, y * width + changed.x, y * width + changed.x + changed.width);
  }
  drawLabels(labels, masks, width, changed);
}

function drawLabels(labels: Uint16Array, masks: readonly CutMask[], width: number, rect: Rect): void {
  const order = masks
    .map((mask, index) => ({ mask, label: index + 1, part: intersectRect(mask, rect) }))
    .filter(({ part }) => !isEmptyRect(part))
    .sort((a, b) => areaPx(b.mask) - areaPx(a.mask));
  for (const { mask, label, part } of order) {
    for (let y = part.y; y < part.y + part.height; y++) {
      const from = (y - mask.y) * mask.width - mask.x;
      const to = y * width;
      for (let x = part.x; x < part.x + part.width; x++)
        if (mask.data[from + x] !== 0) labels[to + x] = label;
    }
  }
}

const areas = new WeakMap<CutMask, number>();

/** How many pixels a mask has; counted once, as masks do not change. */
export function areaPx(mask: CutMask): number {
  const known = areas.get(mask);
  if (known !== undefined) return known;
  let area = 0;
  for (let i = 0; i < mask.data.length; i++) area += mask.data[i] as number;
  areas.set(mask, area);
  return area;
}
