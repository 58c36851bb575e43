import type { CutMask } from "./rle";

/** The stretches of one value in a mask, row by row: row y's are those from `rowStarts[y]` to `rowStarts[y + 1]`. */
export interface Runs {
  rowStarts: Int32Array;
  /** First pixel, and the one behind the last. */
  starts: Int32Array;
  ends: Int32Array;
}

export function findRuns({ data, width, height }: CutMask, value: 0 | 1): Runs {
  const rowStarts = new Int32Array(height + 1);
  let starts = new Int32Array(4 * height + 16);
  let ends = new Int32Array(starts.length);
  let count = 0;
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    for (let x = row.indexOf(value); x !== -1; x = row.indexOf(value, x)) {
      if (count === starts.length) {
        starts = doubled(starts);
        ends = doubled(ends);
      }
      starts[count] = x;
      const behind = row.indexOf(1 - value, x);
      x = behind === -1 ? width : behind;
      ends[count] = x;
      count += 1;
    }
    rowStarts[y + 1] = count;
  }
  return { rowStarts, starts: starts.subarray(0, count), ends: ends.subarray(0, count) };
}

/** Calls `found` with each run's place in the image. */
export function forEachRun(
  mask: CutMask,
  { rowStarts, starts, ends }: Runs,
  found: (run: number, x: number, y: number, width: number) => void,
): void {
  for (let row = 0; row < mask.height; row++) {
    for (let run = rowStarts[row] as number; run < (rowStarts[row + 1] as number); run++) {
      const start = starts[run] as number;
      found(run, mask.x + start, mask.y + row, (ends[run] as number) - start);
    }
  }
}

/** 4: pixels that share an edge are connected; 8: those that share a corner as well. */
export type Connectivity = 4 | 8;

/** For each run the connected part it belongs to, named by its first run. */
export function joinRuns({ rowStarts, starts, ends }: Runs, connectivity: Connectivity): Int32Array {
  const parents = Int32Array.from(starts, (_, run) => run);
  const reach = connectivity === 8 ? 1 : 0;
  for (let y = 1; y + 1 < rowStarts.length; y++) {
    const rowStart = rowStarts[y] as number;
    const rowEnd = rowStarts[y + 1] as number;
    let above = rowStarts[y - 1] as number;
    for (let run = rowStart; run < rowEnd && above < rowStart; ) {
      const touches =
        (starts[above] as number) < (ends[run] as number) + reach &&
        (starts[run] as number) < (ends[above] as number) + reach;
      if (touches) unite(parents, above, run);
      if ((ends[above] as number) < (ends[run] as number)) above += 1;
      else run += 1;
    }
  }
  // Parents come before their children, so one pass leads every run to the first of its part.
  for (let run = 0; run < parents.length; run++) parents[run] = parents[parents[run] as number] as number;
  return parents;
}

/** The number of pixels of each part, at its first run. */
export function partAreas({ starts, ends }: Runs, parts: Int32Array): Int32Array {
  const areas = new Int32Array(parts.length);
  for (let run = 0; run < parts.length; run++) {
    const part = parts[run] as number;
    areas[part] = (areas[part] as number) + (ends[run] as number) - (starts[run] as number);
  }
  return areas;
}

/** 1 for each part that reaches the cut's border: beyond it there is only background, or the image ends. */
export function outsideParts(
  { rowStarts, starts, ends }: Runs,
  parts: Int32Array,
  mask: CutMask,
): Uint8Array {
  const isOutside = new Uint8Array(parts.length);
  const inLastRow = rowStarts[mask.height - 1] as number;
  for (let run = 0; run < parts.length; run++) {
    const isAtBorder =
      run < (rowStarts[1] as number) || run >= inLastRow || starts[run] === 0 || ends[run] === mask.width;
    if (isAtBorder) isOutside[parts[run] as number] = 1;
  }
  return isOutside;
}

function unite(parents: Int32Array, a: number, b: number): void {
  const rootA = rootOf(parents, a);
  const rootB = rootOf(parents, b);
  parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
}

function rootOf(parents: Int32Array, run: number): number {
  let root = run;
  while (parents[root] !== root) {
    // Halving the way on every walk keeps the ways short.
    parents[root] = parents[parents[root] as number] as number;
    root = parents[root] as number;
  }
  return root;
}

function doubled(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * values.length);
  larger.set(values);
  return larger;
}
