// COCO's compressed RLE, the same text as pycocotools writes: runs of 0 and 1 in turn, down the columns,
// starting with 0; each run as 5-bit groups in printable characters, from the fourth run on as the
// difference to the run two before.

const FIRST_CHARACTER = 48;
const MORE_GROUPS = 0x20;
const SIGN_BIT = 0x10;

/** A mask cut to its bounding box: `data` holds 0 or 1, row by row. */
export interface CutMask {
  x: number;
  y: number;
  width: number;
  height: number;
  data: Uint8Array;
}

export class RleError extends Error {
  override readonly name = "RleError";
}

/** The runs of a mask down its columns. `mask` holds 0 or 1 row by row, `width` x `height`. */
export function maskToRuns(mask: Uint8Array, width: number, height: number): Uint32Array {
  const starts = new Uint32Array(width + 1);
  forEachDifference(mask, width, height, (start, end) => {
    for (let x = start; x < end; x++) starts[x + 1] = (starts[x + 1] as number) + 1;
  });
  for (let x = 0; x < width; x++) starts[x + 1] = (starts[x + 1] as number) + (starts[x] as number);

  const changes = new Uint32Array(starts[width] as number);
  const next = starts.slice(0, width);
  forEachDifference(mask, width, height, (start, end, y) => {
    for (let x = start; x < end; x++) {
      const at = next[x] as number;
      changes[at] = x * height + y;
      next[x] = at + 1;
    }
  });

  const runs = new Uint32Array(changes.length + 1);
  let last = 0;
  for (let i = 0; i < changes.length; i++) {
    runs[i] = (changes[i] as number) - last;
    last = changes[i] as number;
  }
  runs[changes.length] = width * height - last;
  return runs;
}

/**
 * Calls `found(start, end, y)` for each stretch of row y whose pixels differ from the ones before them in column
 * order. Goes row by row with the engine's own search, as walking down the columns misses the cache at every pixel.
 */
function forEachDifference(
  mask: Uint8Array,
  width: number,
  height: number,
  found: (start: number, end: number, y: number) => void,
): void {
  // What comes before a column's first pixel is the last one of the column to its left.
  let before = toggles(mask, height - 1, width)
    .map((x) => x + 1)
    .filter((x) => x < width);
  for (let y = 0; y < height; y++) {
    const row = toggles(mask, y, width);
    let i = 0;
    let j = 0;
    let start = -1;
    while (i < row.length || j < before.length) {
      const a = row[i] ?? width;
      const b = before[j] ?? width;
      if (a <= b) i += 1;
      if (b <= a) j += 1;
      if (a === b) continue;
      const x = Math.min(a, b);
      if (start >= 0) found(start, x, y);
      start = start >= 0 ? -1 : x;
    }
    if (start >= 0) found(start, width, y);
    before = row;
  }
}

/** Where a row changes between 0 and 1, beginning with 0. */
function toggles(mask: Uint8Array, y: number, width: number): number[] {
  const row = mask.subarray(y * width, (y + 1) * width);
  const places: number[] = [];
  let value = 1;
  for (let x = row.indexOf(1); x !== -1; x = row.indexOf(value, x)) {
    places.push(x);
    value = 1 - value;
  }
  return places;
}

/** Writes runs as COCO's compressed text. */
export function runsToText(runs: Uint32Array): string {
  const text: string[] = [];
  for (let i = 0; i < runs.length; i++) {
    let value = runs[i] as number;
    if (i > 2) value -= runs[i - 2] as number;
    let more = true;
    while (more) {
      let group = value & 0x1f;
      value >>= 5;
      more = (group & SIGN_BIT) !== 0 ? value !== -1 : value !== 0;
      if (more) group |= MORE_GROUPS;
      text.push(String.fromCharCode(group + FIRST_CHARACTER));
    }
  }
  return text.join("");
}

/** Reads COCO's compressed text into runs. Throws RleError when the text is cut off or holds other characters. */
export function textToRuns(text: string): number[] {
  const runs: number[] = [];
  let at = 0;
  while (at < text.length) {
    let value = 0;
    let shift = 0;
    let more = true;
    while (more) {
      const group = text.charCodeAt(at) - FIRST_CHARACTER;
      if (!(group >= 0 && group < 64)) throw new RleError("The mask's run-length text is damaged.");
      value |= (group & 0x1f) << shift;
      more = (group & MORE_GROUPS) !== 0;
      at += 1;
      shift += 5;
      if (!more && (group & SIGN_BIT) !== 0 && shift < 32) value |= -1 << shift;
    }
    if (runs.length > 2) value += runs[runs.length - 2] as number;
    if (value < 0) throw new RleError("The mask's run-length text holds a negative run.");
    runs.push(value);
  }
  return runs;
}

/** Encodes a mask of 0 and 1 (row by row) as COCO's compressed counts. */
export function encodeRle(mask: Uint8Array, width: number, height: number): string {
  return runsToText(maskToRuns(mask, width, height));
}

/** Encodes a mask cut to a rectangle of its image as COCO's compressed counts. */
export function encodeCut(mask: CutMask, imageWidth: number, imageHeight: number): string {
  const runs: number[] = [];
  let end = 0; // of the last run of 1, down the columns of the image
  forEachOneRun(maskToRuns(mask.data, mask.width, mask.height), (from, to) => {
    for (let at = from; at < to; ) {
      const column = Math.floor(at / mask.height);
      const stop = Math.min(to, (column + 1) * mask.height);
      const start = (mask.x + column) * imageHeight + mask.y + at - column * mask.height;
      if (start === end && runs.length > 0) runs.push((runs.pop() as number) + stop - at);
      else runs.push(start - end, stop - at);
      end = start + stop - at;
      at = stop;
    }
  });
  const rest = imageWidth * imageHeight - end;
  if (rest > 0) runs.push(rest);
  return runsToText(Uint32Array.from(runs));
}

/** Decodes compressed counts to a mask cut to its bounding box. Throws RleError when it is not of this size. */
export function decodeRle(counts: string, width: number, height: number): CutMask {
  const runs = textToRuns(counts);
  const total = runs.reduce((sum, run) => sum + run, 0);
  if (total !== width * height) {
    throw new RleError(`The mask covers ${total} pixels, the image has ${width * height}.`);
  }
  const box = boundingBox(runs, height);
  const data = new Uint8Array(box.width * box.height);
  forEachOneRun(runs, (start, end) => {
    for (let at = start; at < end; ) {
      const x = Math.floor(at / height);
      const bottom = Math.min(end, (x + 1) * height) - x * height;
      for (let y = at - x * height; y < bottom; y++) data[(y - box.y) * box.width + x - box.x] = 1;
      at = x * height + bottom;
    }
  });
  return { ...box, data };
}

function boundingBox(runs: number[], height: number) {
  let left = Number.POSITIVE_INFINITY;
  let right = -1;
  let top = height;
  let bottom = -1;
  forEachOneRun(runs, (start, end) => {
    const firstColumn = Math.floor(start / height);
    const lastColumn = Math.floor((end - 1) / height);
    left = Math.min(left, firstColumn);
    right = Math.max(right, lastColumn);
    // A run that goes on into the next column touches the bottom of one and the top of the other.
    top = firstColumn === lastColumn ? Math.min(top, start % height) : 0;
    bottom = firstColumn === lastColumn ? Math.max(bottom, (end - 1) % height) : height - 1;
  });
  if (right < 0) return { x: 0, y: 0, width: 0, height: 0 };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function forEachOneRun(runs: ArrayLike<number>, found: (start: number, end: number) => void): void {
  let at = 0;
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i] as number;
    if (i % 2 === 1 && run > 0) found(at, at + run);
    at += run;
  }
}
