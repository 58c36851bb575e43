import type { Prompt } from "../state/draft";
import { findRuns, joinRuns, outsideParts, partAreas, type Runs } from "./parts";
import type { LowResLogits } from "./upscale";

// As in engine/specks.py; specks.vectors.json holds both to the same results. What is small is the person's setting.
const NEAR = 1;
const BOX_MARGIN = 0.1;
const CHANGED = 1;

interface Size {
  width: number;
  height: number;
}

/** Clicks and box, in low-resolution cells. */
interface Cells {
  points: { column: number; row: number; label: 0 | 1 }[];
  box: { left: number; top: number; right: number; bottom: number } | null;
}

/**
 * Logits without the islands and holes that are smaller than `share` of the mask's largest part. This part stays;
 * so does an island with a foreground click in or next to it, and a hole with a background click. Islands
 * outside the box are dropped at any size. Returns the same logits when nothing changes.
 */
export function dropSpecks(
  logits: LowResLogits,
  { points, box }: Pick<Prompt, "points" | "box">,
  photo: Size,
  threshold: number,
  share: number,
): LowResLogits {
  if (share === 0) return logits;
  const shown = thresholded(logits, photo, threshold);
  const runs = findRuns(shown, 1);
  if (runs.starts.length === 0) return logits;
  const prompts = inCells({ points, box }, logits.side / Math.max(photo.width, photo.height), shown);
  const parts = joinRuns(runs, 8);
  const areas = partAreas(runs, parts);
  const largest = largestOf(areas);
  const smallest = share * (areas[largest] as number);
  const isOutside = prompts.box ? partsOutside(runs, parts, prompts.box) : null;
  const kept = partsNear(runs, parts, prompts, 1).add(largest);
  const isDropped = (part: number) =>
    ((areas[part] as number) < smallest || isOutside?.[part] === 1) && !kept.has(part);

  const gapRuns = findRuns(shown, 0);
  const gaps = joinRuns(gapRuns, 4);
  const gapAreas = partAreas(gapRuns, gaps);
  const isOpen = outsideParts(gapRuns, gaps, shown);
  const keptGaps = partsNear(gapRuns, gaps, prompts, 0);
  const isFilled = (gap: number) =>
    (gapAreas[gap] as number) < smallest && isOpen[gap] === 0 && !keptGaps.has(gap);

  const dropped = withParts(logits, runs, parts, isDropped, threshold - CHANGED) ?? logits;
  return withParts(dropped, gapRuns, gaps, isFilled, threshold + CHANGED) ?? dropped;
}

/** The cells that lie on the photo, as a mask; the others are padding. */
function thresholded({ data, side }: LowResLogits, photo: Size, threshold: number) {
  const scale = side / Math.max(photo.width, photo.height);
  const width = Math.min(side, Math.ceil(photo.width * scale));
  const height = Math.min(side, Math.ceil(photo.height * scale));
  const mask = new Uint8Array(width * height);
  for (let row = 0, cell = 0; row < height; row++)
    for (let column = 0; column < width; column++, cell++)
      mask[cell] = Number((data[row * side + column] as number) > threshold);
  return { x: 0, y: 0, width, height, data: mask };
}

function inCells(
  { points, box }: Pick<Prompt, "points" | "box">,
  scale: number,
  { width, height }: Size,
): Cells {
  return {
    points: points.map(({ x, y, label }) => ({
      column: Math.min(width - 1, Math.floor((x + 0.5) * scale)),
      row: Math.min(height - 1, Math.floor((y + 0.5) * scale)),
      label,
    })),
    box: box && {
      left: box.left * scale,
      top: box.top * scale,
      right: box.right * scale,
      bottom: box.bottom * scale,
    },
  };
}

function largestOf(areas: Int32Array): number {
  let largest = 0;
  for (let part = 1; part < areas.length; part++)
    if ((areas[part] as number) > (areas[largest] as number)) largest = part;
  return largest;
}

/** The parts in or next to a click of this label. */
function partsNear(
  { rowStarts, starts, ends }: Runs,
  parts: Int32Array,
  { points }: Cells,
  label: 0 | 1,
): Set<number> {
  const near = new Set<number>();
  for (const point of points) {
    if (point.label !== label) continue;
    const last = Math.min(rowStarts.length - 2, point.row + NEAR);
    for (let row = Math.max(0, point.row - NEAR); row <= last; row++) {
      for (let run = rowStarts[row] as number; run < (rowStarts[row + 1] as number); run++) {
        const isNear =
          (starts[run] as number) <= point.column + NEAR && (ends[run] as number) > point.column - NEAR;
        if (isNear) near.add(parts[run] as number);
      }
    }
  }
  return near;
}

/** 1 for each part that lies wholly beyond one side of the box and its margin. */
function partsOutside(
  { rowStarts, starts, ends }: Runs,
  parts: Int32Array,
  { left, top, right, bottom }: NonNullable<Cells["box"]>,
): Uint8Array {
  const across = BOX_MARGIN * (right - left);
  const down = BOX_MARGIN * (bottom - top);
  // Sides that a part reaches across: outside is what does not reach past all four.
  const [LEFT, RIGHT, TOP, BOTTOM] = [1, 2, 4, 8];
  const reached = new Uint8Array(parts.length);
  for (let row = 0; row + 1 < rowStarts.length; row++) {
    for (let run = rowStarts[row] as number; run < (rowStarts[row + 1] as number); run++) {
      let sides = reached[parts[run] as number] as number;
      if ((ends[run] as number) > left - across) sides |= LEFT;
      if ((starts[run] as number) < right + across) sides |= RIGHT;
      if (row + 1 > top - down) sides |= TOP;
      if (row < bottom + down) sides |= BOTTOM;
      reached[parts[run] as number] = sides;
    }
  }
  return reached.map((sides) => Number(sides !== (LEFT | RIGHT | TOP | BOTTOM)));
}

/** A copy of the logits in which the chosen parts have another value; null when no part is chosen. */
function withParts(
  { data, side }: LowResLogits,
  { rowStarts, starts, ends }: Runs,
  parts: Int32Array,
  isChosen: (part: number) => boolean,
  value: number,
): LowResLogits | null {
  let changed: Float32Array | null = null;
  for (let row = 0; row + 1 < rowStarts.length; row++) {
    for (let run = rowStarts[row] as number; run < (rowStarts[row + 1] as number); run++) {
      if (!isChosen(parts[run] as number)) continue;
      changed ??= data.slice();
      changed.fill(value, row * side + (starts[run] as number), row * side + (ends[run] as number));
    }
  }
  return changed && { data: changed, side };
}
