import type { Prediction } from "../state/draft";
import { CURRENT, type Rgb } from "./palette";
import type { LowResLogits } from "./upscale";

/** The square of low-resolution cells that is drawn. */
interface Frame {
  x: number;
  y: number;
  side: number;
}

const MARGIN = 0.1;

/** The candidates with the largest mask first: whole, part, subpart. */
export function bySize(candidates: readonly Prediction[], threshold: number): Prediction[] {
  return candidates
    .map((candidate) => ({ candidate, size: sizeOf(candidate.logits, threshold) }))
    .sort((a, b) => b.size - a.size)
    .map(({ candidate }) => candidate);
}

function sizeOf({ data }: LowResLogits, threshold: number): number {
  let size = 0;
  for (const value of data) if (value > threshold) size += 1;
  return size;
}

/** One frame around all candidates, so that their sizes can be compared. */
export function frameOf(candidates: readonly Prediction[], threshold: number): Frame {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = 0;
  let bottom = 0;
  for (const { logits } of candidates) {
    for (let y = 0, i = 0; y < logits.side; y++) {
      for (let x = 0; x < logits.side; x++, i++) {
        if ((logits.data[i] as number) <= threshold) continue;
        left = Math.min(left, x);
        right = Math.max(right, x + 1);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y + 1);
      }
    }
  }
  if (right === 0) return { x: 0, y: 0, side: candidates[0]?.logits.side ?? 1 };
  const side = (1 + 2 * MARGIN) * Math.max(right - left, bottom - top);
  return { x: (left + right - side) / 2, y: (top + bottom - side) / 2, side };
}

/** Fills a square canvas with what a candidate has in the frame. */
export function drawCandidate(
  canvas: HTMLCanvasElement,
  logits: LowResLogits,
  threshold: number,
  frame: Frame,
): void {
  const pixels = candidatePixels(logits, threshold, frame, canvas.width, CURRENT);
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, canvas.width, canvas.width), 0, 0);
}

function candidatePixels(
  { data, side }: LowResLogits,
  threshold: number,
  frame: Frame,
  sizePx: number,
  [red, green, blue]: Rgb,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * sizePx * sizePx);
  const scale = frame.side / sizePx;
  for (let y = 0; y < sizePx; y++) {
    const row = Math.floor(frame.y + (y + 0.5) * scale);
    if (row < 0 || row >= side) continue;
    for (let x = 0; x < sizePx; x++) {
      const column = Math.floor(frame.x + (x + 0.5) * scale);
      if (column < 0 || column >= side || (data[row * side + column] as number) <= threshold) continue;
      pixels.set([red, green, blue, 255], 4 * (y * sizePx + x));
    }
  }
  return pixels;
}
