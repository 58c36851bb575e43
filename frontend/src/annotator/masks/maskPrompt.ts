import type { CutMask } from "./rle";
import type { LowResLogits } from "./upscale";

// What the decoder's own answers say of what they are sure of is about this far from nothing.
const SURE = 10;

/**
 * A mask as the decoder takes one for a prompt: how much of each low-resolution cell it covers, as logits. `side`
 * cells lie along the longest side of an image whose other side ends before them; what is beyond it is background.
 */
export function maskPrompt(
  mask: CutMask,
  image: { width: number; height: number },
  side: number,
): LowResLogits {
  const data = new Float32Array(side * side).fill(-SURE);
  const cellPx = Math.max(image.width, image.height) / side;
  const range = (start: number, length: number) =>
    [Math.floor(start / cellPx), Math.min(side, Math.ceil((start + length) / cellPx))] as const;
  const [left, right] = range(mask.x, mask.width);
  const [top, bottom] = range(mask.y, mask.height);
  for (let row = top; row < bottom; row++)
    for (let column = left; column < right; column++)
      data[row * side + column] = SURE * (2 * coverage(mask, column * cellPx, row * cellPx, cellPx) - 1);
  return { data, side };
}

/** The share of a cell's pixels that belong to the mask; a cell within a pixel has that one. */
function coverage({ x, y, width, height, data }: CutMask, left: number, top: number, cellPx: number): number {
  const firstX = Math.floor(left);
  const firstY = Math.floor(top);
  const behindX = Math.max(firstX + 1, Math.floor(left + cellPx));
  const behindY = Math.max(firstY + 1, Math.floor(top + cellPx));
  let covered = 0;
  for (let row = Math.max(firstY, y); row < Math.min(behindY, y + height); row++) {
    const from = (row - y) * width - x;
    for (let column = Math.max(firstX, x); column < Math.min(behindX, x + width); column++)
      covered += data[from + column] as number;
  }
  return covered / ((behindX - firstX) * (behindY - firstY));
}
