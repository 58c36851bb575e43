import { type MaskLayers, type PaintValue, UNPAINTED } from "./layers";
import { clipRect, EMPTY_RECT, isEmptyRect, type Rect, unionRect } from "./rect";
import type { CutMask } from "./rle";
import { type BrushShape, type Dab, sweep } from "./sweep";

export interface Pixel {
  x: number;
  y: number;
}

/** A place on a stroke. The brush's diameter is multiplied with a pen's `pressure` there; without one, it is as set. */
export interface StrokePoint extends Pixel {
  pressure?: number;
}

const TILE = 64;
const BLOCK = 4 * TILE;

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
 * Paints what a brush covers on its way from one place to another: every pixel whose centre is in the area it
 * sweeps. Places are in image pixels with (0, 0) the corner of the first one.
 * Adds the tiles it touches to `delta` and returns the changed rectangle.
 */
export function paintLine(
  layers: MaskLayers,
  delta: StrokeDelta,
  from: StrokePoint,
  to: StrokePoint,
  diameterPx: number,
  shape: BrushShape = "round",
): Rect {
  const { width, height, paint } = layers;
  const start = dab(from, diameterPx, shape);
  const end = dab(to, diameterPx, shape);
  const rect = clipRect(dabsRect(start, end), width, height);
  if (isEmptyRect(rect)) return rect;
  const cut = sweep(shape, start, end);
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const span = cut(y + 0.5);
    if (!span) continue;
    // Pixel x has its centre at x + 0.5.
    const first = Math.max(rect.x, Math.ceil(span[0] - 0.5));
    const behind = Math.min(rect.x + rect.width, Math.floor(span[1] - 0.5) + 1);
    if (behind <= first) continue;
    keepTiles(layers, delta, first, behind, y);
    paint.fill(delta.value, y * width + first, y * width + behind);
  }
  delta.bounds = unionRect(delta.bounds, rect);
  layers.paintBounds = unionRect(layers.paintBounds, rect);
  return rect;
}

/** Called for each stretch of pixels from `start` up to but not including `end` in row `y`. */
export type FoundSpan = (y: number, start: number, end: number) => void;

/** Paints stretches of pixels, all within the image, as one step to undo. */
export function paintSpans(
  layers: MaskLayers,
  value: PaintValue,
  eachSpan: (found: FoundSpan) => void,
): StrokeDelta {
  const { width, height, paint } = layers;
  const delta = startStroke(value);
  let left = width;
  let right = 0;
  let top = height;
  let bottom = 0;
  eachSpan((y, start, end) => {
    keepTiles(layers, delta, start, end, y);
    paint.fill(value, y * width + start, y * width + end);
    left = Math.min(left, start);
    right = Math.max(right, end);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  });
  if (right > left) delta.bounds = { x: left, y: top, width: right - left, height: bottom - top };
  layers.paintBounds = unionRect(layers.paintBounds, delta.bounds);
  return delta;
}

/** The pixels of a stroke's rectangle that have its value now. */
export function strokePixels(layers: MaskLayers, { value, bounds }: StrokeDelta): CutMask {
  const data = new Uint8Array(bounds.width * bounds.height);
  for (let row = 0, out = 0; row < bounds.height; row++) {
    const start = (bounds.y + row) * layers.width + bounds.x;
    for (let i = start; i < start + bounds.width; i++, out++) data[out] = layers.paint[i] === value ? 1 : 0;
  }
  return { ...bounds, data };
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

/** A square part of the paint layer, larger than a stroke's tiles, so that there are not thousands. */
export interface PaintBlock {
  /** Its number, row by row. */
  block: number;
  pixels: Uint8Array;
}

/** The blocks that a stroke's tiles lie in. */
export function blocksOf({ width }: MaskLayers, { tiles }: StrokeDelta): Set<number> {
  const tilesAcross = Math.ceil(width / TILE);
  const blocksAcross = Math.ceil(width / BLOCK);
  const inBlock = BLOCK / TILE;
  return new Set(
    [...tiles.keys()].map((tile) => {
      const row = Math.floor(tile / tilesAcross);
      const column = tile % tilesAcross;
      return Math.floor(row / inBlock) * blocksAcross + Math.floor(column / inBlock);
    }),
  );
}

/** The blocks that a rectangle of the image lies in. */
export function blocksIn({ width }: MaskLayers, rect: Rect): number[] {
  const blocksAcross = Math.ceil(width / BLOCK);
  const blocks: number[] = [];
  if (isEmptyRect(rect)) return blocks;
  for (let row = Math.floor(rect.y / BLOCK); row * BLOCK < rect.y + rect.height; row++) {
    for (let column = Math.floor(rect.x / BLOCK); column * BLOCK < rect.x + rect.width; column++)
      blocks.push(row * blocksAcross + column);
  }
  return blocks;
}

export function readBlock(layers: MaskLayers, block: number): PaintBlock {
  const { x, y, width, height } = blockRect(layers, block);
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * layers.width + x;
    pixels.set(layers.paint.subarray(start, start + width), row * width);
  }
  return { block, pixels };
}

export function writeBlock(layers: MaskLayers, { block, pixels }: PaintBlock): void {
  const { x, y, width, height } = blockRect(layers, block);
  for (let row = 0; row < height; row++)
    layers.paint.set(pixels.subarray(row * width, (row + 1) * width), (y + row) * layers.width + x);
}

function blockRect({ width, height }: MaskLayers, block: number): Rect {
  const across = Math.ceil(width / BLOCK);
  const at = { x: (block % across) * BLOCK, y: Math.floor(block / across) * BLOCK };
  return clipRect({ ...at, width: BLOCK, height: BLOCK }, width, height);
}

function dab({ x, y, pressure = 1 }: StrokePoint, diameterPx: number, shape: BrushShape): Dab {
  // At least the pixel under the pointer, however thin the brush.
  const smallest = shape === "round" ? Math.SQRT2 : 1;
  return { x, y, half: Math.max(diameterPx * pressure, smallest) / 2 };
}

/** The whole pixels that two brushes, and all between them, reach at most. */
function dabsRect(a: Dab, b: Dab): Rect {
  const x = Math.floor(Math.min(a.x - a.half, b.x - b.half));
  const y = Math.floor(Math.min(a.y - a.half, b.y - b.half));
  const right = Math.ceil(Math.max(a.x + a.half, b.x + b.half));
  const bottom = Math.ceil(Math.max(a.y + a.half, b.y + b.half));
  return { x, y, width: right - x, height: bottom - y };
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
  return tile.every((value) => value === UNPAINTED) ? blankTile(tile.length) : tile;
}

const blankTiles = new Map<number, Uint8Array>();

/** Tiles are never changed in place, and most of a first stroke's were empty: those are one. */
function blankTile(length: number): Uint8Array {
  const blank = blankTiles.get(length) ?? new Uint8Array(length);
  blankTiles.set(length, blank);
  return blank;
}
