import { type Guide, likeness } from "./edges";
import { EMPTY_RECT, type Rect } from "./rect";

/** The decoder's answer for the padded square: `side` x `side` logits, row by row. */
export interface LowResLogits {
  data: Float32Array;
  side: number;
}

/**
 * One axis of the mapping from output pixels to low-resolution cells. Pixel i has its centre at the
 * low-resolution coordinate (i + 0.5) * scale - `at`; outside the valid area the edge value goes on.
 */
interface Axis {
  /** Per output pixel: where between the corners `low[cell]` and `high[cell]` it lies, 0 to 1. */
  fraction: Float32Array;
  /** Per cell: first output pixel in it; one more entry for the end. */
  cellStart: Uint32Array;
  low: Uint32Array;
  high: Uint32Array;
}

const MIDDLE = 0.5;
export const PREVIEW_AT = 0.25;

/**
 * Sets to 1 every pixel of `mask` (`width` x `height`, all 0 before) whose logit, interpolated bilinearly at its
 * centre, is above `threshold`. Returns the rectangle outside which nothing was set. `at` says where in its cell a
 * value lies: a preview has every second value of every second row, which lie at PREVIEW_AT. With a guide the corners
 * of a pixel's own colour count most.
 *
 * Cells whose four corners are on one side of the threshold are filled or skipped without interpolating.
 */
export function upscaleMask(
  logits: LowResLogits,
  threshold: number,
  mask: Uint8Array,
  width: number,
  height: number,
  { at = MIDDLE, guide = null }: { at?: number; guide?: Guide | null } = {},
): Rect {
  const { data, side } = logits;
  const scale = side / Math.max(width, height);
  const across = axis(width, scale, side, at);
  const down = axis(height, scale, side, at);
  const columns = across.low.length;
  const bounds = { left: width, right: 0, top: height, bottom: 0 };

  for (let row = 0; row < down.low.length; row++) {
    const top = (down.low[row] as number) * side;
    const bottom = (down.high[row] as number) * side;
    const yStart = down.cellStart[row] as number;
    const yEnd = down.cellStart[row + 1] as number;
    let column = 0;
    while (column < columns) {
      const kind = cellKind(data, top, bottom, across, column, threshold);
      if (kind === OUTSIDE) {
        column += 1;
        continue;
      }
      const xStart = across.cellStart[column] as number;
      if (kind === MIXED) {
        if (guide) guideCell(logits, across, down, column, row, threshold, mask, width, bounds, guide);
        else thresholdCell(data, top, bottom, across, down, column, row, threshold, mask, width, bounds);
        column += 1;
        continue;
      }
      column += 1;
      while (column < columns && cellKind(data, top, bottom, across, column, threshold) === INSIDE)
        column += 1;
      const xEnd = across.cellStart[column] as number;
      for (let y = yStart; y < yEnd; y++) mask.fill(1, y * width + xStart, y * width + xEnd);
      bounds.left = Math.min(bounds.left, xStart);
      bounds.right = Math.max(bounds.right, xEnd);
      bounds.top = Math.min(bounds.top, yStart);
      bounds.bottom = Math.max(bounds.bottom, yEnd);
    }
  }
  if (bounds.right <= bounds.left) return EMPTY_RECT;
  return {
    x: bounds.left,
    y: bounds.top,
    width: bounds.right - bounds.left,
    height: bounds.bottom - bounds.top,
  };
}

/** Pixels that were set; right and bottom are behind the last. */
interface Bounds {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const OUTSIDE = 0;
const MIXED = 1;
const INSIDE = 2;

function cellKind(
  data: Float32Array,
  top: number,
  bottom: number,
  across: Axis,
  column: number,
  threshold: number,
): number {
  const left = across.low[column] as number;
  const right = across.high[column] as number;
  const above =
    Number((data[top + left] as number) > threshold) +
    Number((data[top + right] as number) > threshold) +
    Number((data[bottom + left] as number) > threshold) +
    Number((data[bottom + right] as number) > threshold);
  return above === 0 ? OUTSIDE : above === 4 ? INSIDE : MIXED;
}

function thresholdCell(
  data: Float32Array,
  top: number,
  bottom: number,
  across: Axis,
  down: Axis,
  column: number,
  row: number,
  threshold: number,
  mask: Uint8Array,
  width: number,
  bounds: Bounds,
): void {
  const left = across.low[column] as number;
  const right = across.high[column] as number;
  const topLeft = data[top + left] as number;
  const topRight = data[top + right] as number;
  const bottomLeft = data[bottom + left] as number;
  const bottomRight = data[bottom + right] as number;
  const xStart = across.cellStart[column] as number;
  const xEnd = across.cellStart[column + 1] as number;
  const yEnd = down.cellStart[row + 1] as number;
  for (let y = down.cellStart[row] as number; y < yEnd; y++) {
    const fy = down.fraction[y] as number;
    const from = topLeft + (bottomLeft - topLeft) * fy;
    const step = topRight + (bottomRight - topRight) * fy - from;
    const base = y * width;
    for (let x = xStart; x < xEnd; x++) {
      if (from + step * (across.fraction[x] as number) > threshold) {
        mask[base + x] = 1;
        if (x < bounds.left) bounds.left = x;
        if (x >= bounds.right) bounds.right = x + 1;
        if (y < bounds.top) bounds.top = y;
        if (y >= bounds.bottom) bounds.bottom = y + 1;
      }
    }
  }
}

/** As thresholdCell, the corners weighted by how like the pixel's colour theirs is as well. */
function guideCell(
  { data, side }: LowResLogits,
  across: Axis,
  down: Axis,
  column: number,
  row: number,
  threshold: number,
  mask: Uint8Array,
  width: number,
  bounds: Bounds,
  guide: Guide,
): void {
  const cells = guide.cells(side);
  const top = down.low[row] as number;
  const bottom = down.high[row] as number;
  const left = across.low[column] as number;
  const right = across.high[column] as number;
  const topLeft = (data[top * side + left] as number) - threshold;
  const topRight = (data[top * side + right] as number) - threshold;
  const bottomLeft = (data[bottom * side + left] as number) - threshold;
  const bottomRight = (data[bottom * side + right] as number) - threshold;
  const topRow = top * cells.columns;
  const bottomRow = bottom * cells.columns;
  const xStart = across.cellStart[column] as number;
  const xEnd = across.cellStart[column + 1] as number;
  const yEnd = down.cellStart[row + 1] as number;
  for (let y = down.cellStart[row] as number; y < yEnd; y++) {
    const fy = down.fraction[y] as number;
    const base = y * width;
    const pixels = guide.rowAt[y] as number;
    for (let x = xStart; x < xEnd; x++) {
      const fx = across.fraction[x] as number;
      const pixel = pixels + (guide.columnAt[x] as number);
      const total =
        (1 - fy) * (1 - fx) * likeness(guide, pixel, cells, topRow + left) * topLeft +
        (1 - fy) * fx * likeness(guide, pixel, cells, topRow + right) * topRight +
        fy * (1 - fx) * likeness(guide, pixel, cells, bottomRow + left) * bottomLeft +
        fy * fx * likeness(guide, pixel, cells, bottomRow + right) * bottomRight;
      if (total <= 0) continue;
      mask[base + x] = 1;
      if (x < bounds.left) bounds.left = x;
      if (x >= bounds.right) bounds.right = x + 1;
      if (y < bounds.top) bounds.top = y;
      if (y >= bounds.bottom) bounds.bottom = y + 1;
    }
  }
}

function axis(size: number, scale: number, side: number, valueAt: number): Axis {
  // The last low-resolution value that lies on the picture at all; beyond it is padding.
  const last = Math.min(side, Math.ceil(size * scale)) - 1;
  const fraction = new Float32Array(size);
  const cellStart: number[] = [];
  const low: number[] = [];
  const high: number[] = [];
  let cell = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < size; i++) {
    const at = (i + 0.5) * scale - valueAt;
    const floor = Math.floor(at);
    fraction[i] = at - floor;
    if (floor !== cell) {
      cell = floor;
      cellStart.push(i);
      low.push(Math.min(last, Math.max(0, floor)));
      high.push(Math.min(last, Math.max(0, floor + 1)));
    }
  }
  cellStart.push(size);
  return {
    fraction,
    cellStart: Uint32Array.from(cellStart),
    low: Uint32Array.from(low),
    high: Uint32Array.from(high),
  };
}
