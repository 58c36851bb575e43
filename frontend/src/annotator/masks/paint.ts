import type { MaskLayers, PaintValue } from "./layers";
import { clipRect, EMPTY_RECT, isEmptyRect, type Rect, unionRect } from "./rect";

export interface Pixel {
  x: number;
  y: number;
}

const TILE = 64;

/**
 * What one stroke changed: the touched 64 x 64 tiles of the paint layer as they were before. Exchanging them
 * with the layer undoes the stroke, exchanging them again redoes it.
 */
export interface StrokeDelta {
  value: PaintValue;
  tiles: Map<number, Uint8Array>;
  bounds: Rect;
}

export function startStroke(value: PaintValue): StrokeDelta {
  return { value, tiles: new Map(), bounds: EMPTY_RECT };
}

/**
 * Paints what a round brush covers on its way from one place to another: every pixel whose centre is within
 * half the diameter of the line. Places are in image pixels with (0, 0) the corner of the first one.
 * Adds the tiles it touches to `delta` and returns the changed rectangle.
 */
export function paintLine(
  layers: MaskLayers,
  delta: StrokeDelta,
  from: Pixel,
  to: Pixel,
  diameterPx: number,
): Rect {
  const { width, height, paint } = layers;
  // At least the pixel under the pointer, however thin the brush.
  const radius = Math.max(diameterPx, Math.SQRT2) / 2;
  const rect = clipRect(
    {
      x: Math.floor(Math.min(from.x, to.x) - radius),
      y: Math.floor(Math.min(from.y, to.y) - radius),
      width: Math.ceil(Math.abs(to.x - from.x) + 2 * radius) + 1,
      height: Math.ceil(Math.abs(to.y - from.y) + 2 * radius) + 1,
    },
    width,
    height,
  );
  if (isEmptyRect(rect)) return rect;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const span = capsuleSpan(from, to, radius, y + 0.5);
    if (!span) continue;
    // Pixel x has its centre at x + 0.5.
    const start = Math.max(rect.x, Math.ceil(span[0] - 0.5));
    const end = Math.min(rect.x + rect.width, Math.floor(span[1] - 0.5) + 1);
    if (end <= start) continue;
    keepTiles(layers, delta, start, end, y);
    paint.fill(delta.value, y * width + start, y * width + end);
  }
  delta.bounds = unionRect(delta.bounds, rect);
  layers.paintBounds = unionRect(layers.paintBounds, rect);
  return rect;
}

/** Exchanges the stroke's tiles with the paint layer: undo and redo alike. Returns the changed rectangle. */
export function exchangeStroke(layers: MaskLayers, delta: StrokeDelta): Rect {
  const tilesAcross = Math.ceil(layers.width / TILE);
  for (const [tile, kept] of delta.tiles) {
    const left = (tile % tilesAcross) * TILE;
    const top = Math.floor(tile / tilesAcross) * TILE;
    const tileWidth = Math.min(TILE, layers.width - left);
    const current = readTile(layers, left, top);
    for (let row = 0; row * tileWidth < kept.length; row++) {
      layers.paint.set(
        kept.subarray(row * tileWidth, (row + 1) * tileWidth),
        (top + row) * layers.width + left,
      );
    }
    delta.tiles.set(tile, current);
  }
  return delta.bounds;
}

function keepTiles(layers: MaskLayers, delta: StrokeDelta, start: number, end: number, y: number): void {
  const tilesAcross = Math.ceil(layers.width / TILE);
  const row = Math.floor(y / TILE);
  for (let column = Math.floor(start / TILE); column * TILE < end; column++) {
    const tile = row * tilesAcross + column;
    if (!delta.tiles.has(tile)) delta.tiles.set(tile, readTile(layers, column * TILE, row * TILE));
  }
}

function readTile(layers: MaskLayers, left: number, top: number): Uint8Array {
  const width = Math.min(TILE, layers.width - left);
  const height = Math.min(TILE, layers.height - top);
  const tile = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (top + row) * layers.width + left;
    tile.set(layers.paint.subarray(start, start + width), row * width);
  }
  return tile;
}

/** Where the horizontal line at `y` is within `radius` of the segment, or null. */
function capsuleSpan(from: Pixel, to: Pixel, radius: number, y: number): [number, number] | null {
  let span = joinSpans(discSpan(from, radius, y), discSpan(to, radius, y));
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy);
  if (length > 0) span = joinSpans(span, bandSpan(from, dx / length, dy / length, length, radius, y));
  return span;
}

function discSpan(centre: Pixel, radius: number, y: number): [number, number] | null {
  const square = radius * radius - (y - centre.y) ** 2;
  if (square < 0) return null;
  const half = Math.sqrt(square);
  return [centre.x - half, centre.x + half];
}

/** The rectangle along the segment: 0 <= distance along it <= length, |distance from it| <= radius. */
function bandSpan(
  from: Pixel,
  ux: number,
  uy: number,
  length: number,
  radius: number,
  y: number,
): [number, number] | null {
  const py = y - from.y;
  const along = solve(ux, py * uy, 0, length);
  const aside = solve(-uy, py * ux, -radius, radius);
  if (!along || !aside) return null;
  const low = Math.max(along[0], aside[0]);
  const high = Math.min(along[1], aside[1]);
  return low <= high ? [from.x + low, from.x + high] : null;
}

/** The t with low <= slope * t + offset <= high. */
function solve(slope: number, offset: number, low: number, high: number): [number, number] | null {
  if (Math.abs(slope) < 1e-12) {
    return offset >= low && offset <= high ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : null;
  }
  const a = (low - offset) / slope;
  const b = (high - offset) / slope;
  return a < b ? [a, b] : [b, a];
}

/** A capsule is convex, so its parts on one line always make one span. */
function joinSpans(a: [number, number] | null, b: [number, number] | null): [number, number] | null {
  if (!a || !b) return a ?? b;
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}
