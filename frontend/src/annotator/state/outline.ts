import { ADDED, ERASED, type PaintValue } from "../masks/layers";
import type { Pixel } from "../masks/paint";

/** An outline in the making; closed, its inside is added to the mask or erased from it. */
export interface Outline {
  value: PaintValue;
  /** Corners in image pixels. A freehand outline has one for each place the pointer was at. */
  corners: readonly Pixel[];
  isFreehand: boolean;
}

export const FEWEST_CORNERS = 3;
const FIRST_CORNER_CSS_PX = 9;
/** The second click of a double click is this close to the first one. */
const DOUBLE_CLICK_CSS_PX = 3;

export function startOutline(at: Pixel, isErasing: boolean, isFreehand: boolean): Outline {
  return { value: isErasing ? ERASED : ADDED, corners: [at], isFreehand };
}

/** With which an outline that was left open is gone on with. */
export function toolOf({ isFreehand }: Outline): "lasso" | "polygon" {
  return isFreehand ? "lasso" : "polygon";
}

export function isClosable({ corners }: Outline): boolean {
  return corners.length >= FEWEST_CORNERS;
}

/** What a click does to a polygon: it adds a corner, or closes it. `cssPx` is a CSS pixel's size in image pixels. */
export function clickOutline(outline: Outline, at: Pixel, cssPx: number): Outline | "close" {
  const isAgain = isNear(outline.corners.at(-1), at, DOUBLE_CLICK_CSS_PX * cssPx);
  if (closesAt(outline, at, cssPx) || (isAgain && isClosable(outline))) return "close";
  return isAgain ? outline : { ...outline, corners: [...outline.corners, at] };
}

/** Whether a click here is one on the first corner. */
export function closesAt(outline: Outline, at: Pixel, cssPx: number): boolean {
  return isClosable(outline) && isNear(outline.corners[0], at, FIRST_CORNER_CSS_PX * cssPx);
}

/** Without its last corner; null when that was the only one. */
export function removeLastCorner(outline: Outline): Outline | null {
  return outline.corners.length > 1 ? { ...outline, corners: outline.corners.slice(0, -1) } : null;
}

function isNear(corner: Pixel | undefined, at: Pixel, reachPx: number): boolean {
  return corner !== undefined && Math.hypot(corner.x - at.x, corner.y - at.y) <= reachPx;
}
