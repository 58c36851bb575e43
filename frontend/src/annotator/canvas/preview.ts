import { type LowResLogits, PREVIEW_AT, upscaleMask } from "../masks/upscale";
import type { Size, View } from "./view";

// A preview's mask is worked out at this size at most, and the canvas scales it.
const LONGEST_SIDE = 768;
const FILL = 0x4dffb040; // 0xAABBGGRR, as in overlay.ts
const EDGE = 0xe6ffe6c8;

let drawn: { logits: LowResLogits; picture: OffscreenCanvas } | null = null;

/** The mask that the next click would give, over the image. */
export function drawPreview(
  context: CanvasRenderingContext2D,
  logits: LowResLogits,
  threshold: number,
  image: Size,
  view: View,
): void {
  if (drawn?.logits !== logits) drawn = { logits, picture: paint(logits, threshold, image) };
  context.imageSmoothingEnabled = true;
  context.drawImage(drawn.picture, view.x, view.y, image.width * view.scale, image.height * view.scale);
}

function paint(logits: LowResLogits, threshold: number, image: Size): OffscreenCanvas {
  const shrink = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * shrink));
  const height = Math.max(1, Math.round(image.height * shrink));
  const mask = new Uint8Array(width * height);
  const bounds = upscaleMask(logits, threshold, mask, width, height, { at: PREVIEW_AT });
  const pixels = new ImageData(width, height);
  const colours = new Uint32Array(pixels.data.buffer);
  for (let y = bounds.y; y < bounds.y + bounds.height; y++) {
    for (let x = bounds.x; x < bounds.x + bounds.width; x++) {
      const i = y * width + x;
      if (mask[i] === 0) continue;
      const isInside =
        x > 0 &&
        y > 0 &&
        x < width - 1 &&
        y < height - 1 &&
        mask[i - 1] === 1 &&
        mask[i + 1] === 1 &&
        mask[i - width] === 1 &&
        mask[i + width] === 1;
      colours[i] = isInside ? FILL : EDGE;
    }
  }
  const picture = new OffscreenCanvas(width, height);
  picture.getContext("2d")?.putImageData(pixels, 0, 0);
  return picture;
}
