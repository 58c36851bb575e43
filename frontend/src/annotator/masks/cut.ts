import { findRuns, forEachRun, joinRuns, partAreas } from "./parts";
import { EMPTY_RECT, isEmptyRect, type Rect, unionRect } from "./rect";
import type { CutMask } from "./rle";

/** The mask without the pixels of the others. */
export function subtract(mask: CutMask, others: readonly CutMask[]): CutMask {
  const data = mask.data.slice();
  for (const other of others) {
    forEachSharedRow(mask, other, (own, theirs, length) => {
      for (let i = 0; i < length; i++) if (other.data[theirs + i] !== 0) data[own + i] = 0;
    });
  }
  return trim({ ...mask, data });
}

/** All pixels of any of the masks. */
export function unite(masks: readonly CutMask[]): CutMask {
  const box = masks.map(boxOf).reduce(unionRect);
  const data = new Uint8Array(box.width * box.height);
  const all = { ...box, data };
  for (const mask of masks) {
    forEachSharedRow(all, mask, (own, theirs, length) => {
      for (let i = 0; i < length; i++) if (mask.data[theirs + i] !== 0) data[own + i] = 1;
    });
  }
  return all;
}

/** Whether two masks have a pixel in common. */
export function overlaps(a: CutMask, b: CutMask): boolean {
  let found = false;
  forEachSharedRow(a, b, (own, theirs, length) => {
    for (let i = 0; i < length && !found; i++) found = a.data[own + i] !== 0 && b.data[theirs + i] !== 0;
  });
  return found;
}

/** Whether the mask has this pixel of the image. */
export function covers(mask: CutMask, x: number, y: number): boolean {
  const column = x - mask.x;
  const row = y - mask.y;
  if (column < 0 || row < 0 || column >= mask.width || row >= mask.height) return false;
  return mask.data[row * mask.width + column] !== 0;
}

/** The parts of a mask that are not connected over pixel edges or corners, the largest first. */
export function connectedParts(mask: CutMask): CutMask[] {
  const runs = findRuns(mask, 1);
  const partOfRun = joinRuns(runs, 8);
  const areas = partAreas(runs, partOfRun);
  const boxes = new Map<number, Rect>();
  forEachRun(mask, runs, (run, x, y, width) => {
    const part = partOfRun[run] as number;
    boxes.set(part, unionRect(boxes.get(part) ?? EMPTY_RECT, { x, y, width, height: 1 }));
  });
  const parts = new Map(
    [...boxes].map(([part, box]) => [part, { ...box, data: new Uint8Array(box.width * box.height) }]),
  );
  forEachRun(mask, runs, (run, x, y, width) => {
    const part = parts.get(partOfRun[run] as number) as CutMask;
    const start = (y - part.y) * part.width + x - part.x;
    part.data.fill(1, start, start + width);
  });
  return [...parts].sort(([a], [b]) => (areas[b] as number) - (areas[a] as number)).map(([, part]) => part);
}

/** Calls `found` with where each shared row begins in either mask's data, and its length. */
function forEachSharedRow(
  a: CutMask,
  b: CutMask,
  found: (inA: number, inB: number, length: number) => void,
): void {
  const left = Math.max(a.x, b.x);
  const length = Math.min(a.x + a.width, b.x + b.width) - left;
  if (length <= 0) return;
  const bottom = Math.min(a.y + a.height, b.y + b.height);
  for (let y = Math.max(a.y, b.y); y < bottom; y++) {
    found((y - a.y) * a.width + left - a.x, (y - b.y) * b.width + left - b.x, length);
  }
}

/** The same mask cut tightly. */
function trim(mask: CutMask): CutMask {
  let left = mask.width;
  let right = 0;
  let top = mask.height;
  let bottom = 0;
  for (let y = 0; y < mask.height; y++) {
    const row = mask.data.subarray(y * mask.width, (y + 1) * mask.width);
    const first = row.indexOf(1);
    if (first === -1) continue;
    left = Math.min(left, first);
    right = Math.max(right, row.lastIndexOf(1) + 1);
    top = Math.min(top, y);
    bottom = y + 1;
  }
  const box = { x: mask.x + left, y: mask.y + top, width: right - left, height: bottom - top };
  if (isEmptyRect(box)) return { ...EMPTY_RECT, data: new Uint8Array(0) };
  const data = new Uint8Array(box.width * box.height);
  for (let row = 0; row < box.height; row++) {
    const start = (top + row) * mask.width + left;
    data.set(mask.data.subarray(start, start + box.width), row * box.width);
  }
  return { ...box, data };
}

function boxOf({ x, y, width, height }: CutMask): Rect {
  return { x, y, width, height };
}
