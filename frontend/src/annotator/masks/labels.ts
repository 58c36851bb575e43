import type { CutMask } from "./rle";

/**
 * Per image pixel the number of the topmost mask (1 for masks[0] and so on), 0 where there is none. Smaller
 * masks lie on larger ones, so that every one of them stays visible.
 */
export function buildLabelMap(masks: CutMask[], width: number, height: number): Uint16Array | null {
  if (masks.length === 0) return null;
  const labels = new Uint16Array(width * height);
  const order = masks
    .map((mask, index) => ({ mask, label: index + 1, areaPx: areaPx(mask) }))
    .sort((a, b) => b.areaPx - a.areaPx);
  for (const { mask, label } of order) {
    for (let y = 0; y < mask.height; y++) {
      const from = y * mask.width;
      const to = (mask.y + y) * width + mask.x;
      for (let x = 0; x < mask.width; x++) if (mask.data[from + x] !== 0) labels[to + x] = label;
    }
  }
  return labels;
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
