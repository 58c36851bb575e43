import { ADDED, ERASED, finalBounds, finalCut, type MaskLayers, type PaintValue } from "./layers";
import { paintSpans, type StrokeDelta } from "./paint";
import { findRuns, forEachRun, joinRuns, outsideParts, partAreas, type Runs } from "./parts";
import { clipRect, growRect } from "./rect";
import type { CutMask } from "./rle";

/** Parts smaller than this share of the largest one are islands. */
export const ISLAND_SHARE = 0.02;

/** Adds what the mask encloses: background with no way to the edge of the image over shared pixel edges. */
export function fillHoles(layers: MaskLayers): StrokeDelta {
  const mask = finalCut(layers, finalBounds(layers));
  const runs = findRuns(mask, 0);
  const parts = joinRuns(runs, 4);
  const isOutside = outsideParts(runs, parts, mask);
  return paintRuns(layers, ADDED, mask, runs, (run) => isOutside[parts[run] as number] === 0);
}

/** Erases the parts, connected over pixel edges or corners, that are small beside the largest one. */
export function removeIslands(layers: MaskLayers): StrokeDelta {
  return eraseParts(layers, (areas, largest) => {
    const fewest = ISLAND_SHARE * (areas[largest] as number);
    return (part) => (areas[part] as number) < fewest;
  });
}

/** Erases all parts, connected over pixel edges or corners, but the largest; of equal ones the uppermost stays. */
export function keepLargest(layers: MaskLayers): StrokeDelta {
  return eraseParts(layers, (_, largest) => (part) => part !== largest);
}

/** Adds the pixels that share an edge with the mask. */
export function grow(layers: MaskLayers): StrokeDelta {
  return flipEdge(layers, 0, ADDED);
}

/** Erases the mask's pixels that share an edge with the background; at the edge of the image the mask stays. */
export function shrink(layers: MaskLayers): StrokeDelta {
  return flipEdge(layers, 1, ERASED);
}

function eraseParts(
  layers: MaskLayers,
  choose: (areas: Int32Array, largest: number) => (part: number) => boolean,
): StrokeDelta {
  const mask = finalCut(layers, finalBounds(layers));
  const runs = findRuns(mask, 1);
  const parts = joinRuns(runs, 8);
  const areas = partAreas(runs, parts);
  let largest = 0;
  for (let part = 1; part < areas.length; part++) {
    if ((areas[part] as number) > (areas[largest] as number)) largest = part;
  }
  const isErased = choose(areas, largest);
  return paintRuns(layers, ERASED, mask, runs, (run) => isErased(parts[run] as number));
}

function paintRuns(
  layers: MaskLayers,
  value: PaintValue,
  mask: CutMask,
  runs: Runs,
  isPainted: (run: number) => boolean,
): StrokeDelta {
  return paintSpans(layers, value, (found) =>
    forEachRun(mask, runs, (run, x, y, width) => {
      if (isPainted(run)) found(y, x, x + width);
    }),
  );
}

/** Paints the pixels of value `own` that have a pixel of the other value above, below, left or right of them. */
function flipEdge(layers: MaskLayers, own: 0 | 1, value: PaintValue): StrokeDelta {
  const rect = clipRect(growRect(finalBounds(layers), 1), layers.width, layers.height);
  const { data, width, height } = finalCut(layers, rect);
  const other = 1 - own;
  return paintSpans(layers, value, (found) => {
    for (let y = 0; y < height; y++) {
      const row = y * width;
      // The first and the last row and column have no neighbours beyond: they stand for them themselves.
      const above = y === 0 ? row : row - width;
      const below = y === height - 1 ? row : row + width;
      let start = -1;
      for (let x = 0; x < width; x++) {
        const isEdge =
          data[row + x] === own &&
          (data[above + x] === other ||
            data[below + x] === other ||
            (x > 0 && data[row + x - 1] === other) ||
            (x < width - 1 && data[row + x + 1] === other));
        if (isEdge && start === -1) start = x;
        if (!isEdge && start !== -1) {
          found(rect.y + y, rect.x + start, rect.x + x);
          start = -1;
        }
      }
      if (start !== -1) found(rect.y + y, rect.x + start, rect.x + width);
    }
  });
}
