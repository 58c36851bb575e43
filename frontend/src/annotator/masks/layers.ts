import type { Guide } from "./edges";
import { clipRect, EMPTY_RECT, isEmptyRect, type Rect, unionRect } from "./rect";
import type { CutMask } from "./rle";
import { type LowResLogits, upscaleMask } from "./upscale";

/** Values of the paint layer. */
export const UNPAINTED = 0;
export const ADDED = 1;
export const ERASED = 2;
export type PaintValue = typeof ADDED | typeof ERASED;

/**
 * The pixels of the mask in the making, at the image's own resolution. Two layers, so that a later click
 * keeps brush work: where `paint` says something it decides, elsewhere the decoder does.
 */
export interface MaskLayers {
  readonly width: number;
  readonly height: number;
  /** 0 or 1 per pixel, row by row. */
  readonly decoded: Uint8Array;
  readonly paint: Uint8Array;
  /** Outside this rectangle `decoded` is 0. */
  decodedBounds: Rect;
  /** Outside this rectangle `paint` is UNPAINTED. */
  paintBounds: Rect;
}

export function createLayers(width: number, height: number): MaskLayers {
  return {
    width,
    height,
    decoded: new Uint8Array(width * height),
    paint: new Uint8Array(width * height),
    decodedBounds: EMPTY_RECT,
    paintBounds: EMPTY_RECT,
  };
}

/** Replaces the decoder's mask (null: none). Returns the rectangle that may have changed. */
export function showDecoded(
  layers: MaskLayers,
  logits: LowResLogits | null,
  threshold: number,
  guide: Guide | null = null,
): Rect {
  const before = layers.decodedBounds;
  clearRect(layers.decoded, layers.width, before);
  layers.decodedBounds = logits
    ? upscaleMask(logits, threshold, layers.decoded, layers.width, layers.height, { guide })
    : EMPTY_RECT;
  return unionRect(before, layers.decodedBounds);
}

/** Replaces the decoder's mask by one that is there. Returns the rectangle that may have changed. */
export function showCut(layers: MaskLayers, { x, y, width, height, data }: CutMask): Rect {
  const before = layers.decodedBounds;
  clearRect(layers.decoded, layers.width, before);
  for (let row = 0; row < height; row++)
    layers.decoded.set(data.subarray(row * width, (row + 1) * width), (y + row) * layers.width + x);
  layers.decodedBounds = { x, y, width, height };
  return unionRect(before, layers.decodedBounds);
}

/** Removes both layers' content. Returns the rectangle that may have changed. */
export function clearLayers(layers: MaskLayers): Rect {
  const changed = finalBounds(layers);
  clearRect(layers.decoded, layers.width, layers.decodedBounds);
  clearRect(layers.paint, layers.width, layers.paintBounds);
  layers.decodedBounds = EMPTY_RECT;
  layers.paintBounds = EMPTY_RECT;
  return changed;
}

/** Outside this rectangle the final mask is empty; within it may be as well. */
export function finalBounds(layers: MaskLayers): Rect {
  return unionRect(layers.decodedBounds, layers.paintBounds);
}

/** What a rectangle of the image holds of the final mask. */
export function finalCut(layers: MaskLayers, rect: Rect): CutMask {
  const { decoded, paint } = layers;
  const data = new Uint8Array(rect.width * rect.height);
  for (let row = 0, out = 0; row < rect.height; row++) {
    const start = (rect.y + row) * layers.width + rect.x;
    for (let i = start; i < start + rect.width; i++, out++) {
      const painted = paint[i] as number;
      data[out] = painted === UNPAINTED ? (decoded[i] as number) : painted & ADDED;
    }
  }
  return { ...rect, data };
}

/** The final mask's value at one pixel. */
export function finalAt(layers: MaskLayers, x: number, y: number): number {
  const painted = layers.paint[y * layers.width + x] as number;
  return painted === UNPAINTED ? (layers.decoded[y * layers.width + x] as number) : painted & ADDED;
}

function clearRect(pixels: Uint8Array, width: number, rect: Rect): void {
  if (isEmptyRect(rect)) return;
  const clipped = clipRect(rect, width, pixels.length / width);
  for (let y = clipped.y; y < clipped.y + clipped.height; y++) {
    pixels.fill(0, y * width + clipped.x, y * width + clipped.x + clipped.width);
  }
}
