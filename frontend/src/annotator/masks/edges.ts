import type { LowResLogits } from "./upscale";

// As in engine/edges.py, which says what it is for; edges.vectors.json holds both to the same results.
const REACH = 2;
const SPREAD = 1.5;
const STEP_BITS = 4;
const SHARPEN_WEIGHTS = weights(0.1);
const UPSCALE_WEIGHTS = weights(0.2);

/** By squared distance of two colours (values 0-255) in steps of 2 ** STEP_BITS. */
function weights(sigma: number): Float64Array {
  const step = 1 << STEP_BITS;
  const steps = Math.floor((3 * 255 ** 2) / step) + 1;
  return Float64Array.from({ length: steps }, (_, i) => Math.exp((-step * i) / (2 * (255 * sigma) ** 2)));
}

/** The pixels of a picture, four bytes each. */
interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** The mean colours of the low-resolution cells that lie on a photo, three bytes each. */
interface CellColours {
  side: number;
  columns: number;
  rows: number;
  data: Uint8Array;
}

/** The colours that outlines follow. Of a large photo it has a smaller copy's. */
export class Guide {
  /** For each pixel of the photo where its colour is in `data`: `rowAt[y] + columnAt[x]`. */
  readonly rowAt: Uint32Array;
  readonly columnAt: Uint32Array;
  private colours: CellColours | null = null;

  constructor(
    private readonly pixels: Pixels,
    private readonly photo: { width: number; height: number },
  ) {
    const { width, height } = pixels;
    this.rowAt = indices(photo.height, height).map((row) => 4 * width * row);
    this.columnAt = indices(photo.width, width).map((column) => 4 * column);
  }

  get data(): Uint8ClampedArray {
    return this.pixels.data;
  }

  cells(side: number): CellColours {
    if (this.colours?.side !== side) this.colours = meanColours(this.pixels, this.photo, side);
    return this.colours;
  }
}

/** For each of `length` pixels the pixel at its place in a copy of `copied`. */
function indices(length: number, copied: number): Uint32Array {
  return Uint32Array.from({ length }, (_, i) =>
    Math.min(copied - 1, Math.floor(((i + 0.5) * copied) / length)),
  );
}

function meanColours(pixels: Pixels, photo: { width: number; height: number }, side: number): CellColours {
  const scale = side / Math.max(photo.width, photo.height);
  const columns = Math.min(side, Math.ceil(photo.width * scale));
  const rows = Math.min(side, Math.ceil(photo.height * scale));
  const across = ranges(columns, pixels.width, (scale * photo.width) / pixels.width);
  const down = ranges(rows, pixels.height, (scale * photo.height) / pixels.height);
  const data = new Uint8Array(3 * columns * rows);
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = [down.starts[row] as number, down.ends[row] as number];
    for (let column = 0; column < columns; column++) {
      const [left, right] = [across.starts[column] as number, across.ends[column] as number];
      const cell = 3 * (row * columns + column);
      let [red, green, blue] = [0, 0, 0];
      for (let y = top; y < bottom; y++) {
        const end = 4 * (y * pixels.width + right);
        for (let i = 4 * (y * pixels.width + left); i < end; i += 4) {
          red += pixels.data[i] as number;
          green += pixels.data[i + 1] as number;
          blue += pixels.data[i + 2] as number;
        }
      }
      const count = (bottom - top) * (right - left);
      data[cell] = Math.floor((2 * red + count) / (2 * count));
      data[cell + 1] = Math.floor((2 * green + count) / (2 * count));
      data[cell + 2] = Math.floor((2 * blue + count) / (2 * count));
    }
  }
  return { side, columns, rows, data };
}

/** A cell's pixels are those whose centre it has; a cell between the centres takes the next pixel. */
function ranges(cells: number, pixels: number, scale: number): { starts: Int32Array; ends: Int32Array } {
  const edge = (cell: number) => Math.ceil(cell / scale - 0.5);
  const starts = Int32Array.from({ length: cells }, (_, cell) => Math.min(edge(cell), pixels - 1));
  const ends = starts.map((start, cell) => Math.max(start + 1, Math.min(edge(cell + 1), pixels)));
  return { starts, ends };
}

/** Logits with cells near the outline at the mean of the cells around them, those of a like colour most. */
export function sharpen(logits: LowResLogits, guide: Guide, threshold: number): LowResLogits {
  const { side } = logits;
  const cells = guide.cells(side);
  const isNear = nearOutline(logits, cells, threshold);
  let data: Float32Array | null = null;
  for (let row = 0; row < cells.rows; row++) {
    for (let column = 0; column < cells.columns; column++) {
      if (isNear[row * cells.columns + column] === 0) continue;
      data ??= logits.data.slice();
      data[row * side + column] = meanOfLike(logits, cells, row, column);
    }
  }
  return data ? { data, side } : logits;
}

/** 1 for each cell that has both inside and outside within reach. */
function nearOutline({ data, side }: LowResLogits, { columns, rows }: CellColours, threshold: number) {
  const isNear = new Uint8Array(columns * rows);
  const mark = (left: number, right: number, top: number, bottom: number) => {
    const start = Math.max(0, left - REACH);
    const end = Math.min(columns, right + REACH + 1);
    const last = Math.min(rows - 1, bottom + REACH);
    for (let y = Math.max(0, top - REACH); y <= last; y++)
      isNear.fill(1, y * columns + start, y * columns + end);
  };
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const shown = (data[y * side + x] as number) > threshold;
      // Each pair of neighbours with the outline between them is within reach of the cells that reach both.
      if (x + 1 < columns && (data[y * side + x + 1] as number) > threshold !== shown) mark(x + 1, x, y, y);
      if (y + 1 < rows && (data[(y + 1) * side + x] as number) > threshold !== shown) mark(x, x, y + 1, y);
    }
  }
  return isNear;
}

const NEAR = Float64Array.from({ length: REACH * REACH * 2 + 1 }, (_, square) =>
  Math.exp(-square / (2 * SPREAD ** 2)),
);

function meanOfLike(
  { data, side }: LowResLogits,
  { columns, rows, data: colours }: CellColours,
  row: number,
  column: number,
): number {
  const own = 3 * (row * columns + column);
  const [left, right] = [Math.max(0, column - REACH), Math.min(columns - 1, column + REACH)];
  const [top, bottom] = [Math.max(0, row - REACH), Math.min(rows - 1, row + REACH)];
  let total = 0;
  let sum = 0;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const near = NEAR[(y - row) ** 2 + (x - column) ** 2] as number;
      const apart = apartness(colours, own, colours, 3 * (y * columns + x));
      const weight = near * (SHARPEN_WEIGHTS[apart] as number);
      total += weight * (data[y * side + x] as number);
      sum += weight;
    }
  }
  return total / sum;
}

/** How much a cell counts for a pixel, by their colours. */
export function likeness({ data }: Guide, pixel: number, cells: CellColours, cell: number): number {
  return UPSCALE_WEIGHTS[apartness(data, pixel, cells.data, 3 * cell)] as number;
}

type Bytes = Uint8Array | Uint8ClampedArray;

/** Squared distance of two colours, in steps. */
function apartness(a: Bytes, i: number, b: Bytes, j: number): number {
  const red = (a[i] as number) - (b[j] as number);
  const green = (a[i + 1] as number) - (b[j + 1] as number);
  const blue = (a[i + 2] as number) - (b[j + 2] as number);
  return (red * red + green * green + blue * blue) >> STEP_BITS;
}
