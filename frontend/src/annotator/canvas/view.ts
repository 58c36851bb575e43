import type { Pixel } from "../masks/paint";
import type { Rect } from "../masks/rect";

/**
 * How the image lies on the screen, in the screen's own (device) pixels:
 * screen = image * scale + (x, y). The image's first pixel covers (0, 0) to (1, 1).
 */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

const LARGEST_SCALE = 64;
const FIT_MARGIN = 0.96;
// A mask looked at closely fills this share of the screen: what lies around it decides where its edge is.
const MASK_SHARE = 0.6;
const LARGEST_MASK_SCALE = 16;
const FAR_IN = 4;
const SIGHT_SHARE = 1 / 16;

/** The whole image, centred, never blown up beyond four screen pixels per image pixel. */
export function fitView(image: Size, screen: Size): View {
  return centred(image, screen, Math.min(4, fitScale(image, screen) * FIT_MARGIN));
}

/** One image pixel on one screen pixel around the place that is at the middle of the screen. */
export function actualSize(view: View, screen: Size): View {
  return scaledTo(view, 1, { x: screen.width / 2, y: screen.height / 2 });
}

/** A part of the image, such as a mask, in the middle and as large as it is good to work on. */
export function closeUp(part: Rect, screen: Size): View {
  const scale = Math.min(LARGEST_MASK_SCALE, fitScale(part, screen) * MASK_SHARE);
  const middle = { x: part.x + part.width / 2, y: part.y + part.height / 2 };
  return rounded(centredAt(middle, screen, scale));
}

/** So close that it is easy to lose one's way: an overview helps from here on. */
export function isFarIn(view: View, image: Size, screen: Size): boolean {
  return view.scale > FAR_IN * fitView(image, screen).scale;
}

/** Brings a place of the image to the middle of the screen. */
export function centreOn(view: View, place: Pixel, image: Size, screen: Size): View {
  const { x, y } = centredAt(place, screen, view.scale);
  return panBy(view, x - view.x, y - view.y, image, screen);
}

/** The part of the image's plane that the screen shows, in image pixels; it can reach beyond the image. */
export function visiblePart(view: View, screen: Size): Rect {
  const { x, y } = toImage(view, { x: 0, y: 0 });
  return { x, y, width: screen.width / view.scale, height: screen.height / view.scale };
}

/** Zooms by a factor so that the image point under `at` stays there. */
export function zoomAt(view: View, factor: number, at: Pixel, smallestScale: number): View {
  const scale = Math.min(LARGEST_SCALE, Math.max(Math.min(smallestScale, view.scale), view.scale * factor));
  return scaledTo(view, scale, at);
}

function scaledTo(view: View, scale: number, at: Pixel): View {
  const point = toImage(view, at);
  return rounded({ scale, x: at.x - point.x * scale, y: at.y - point.y * scale });
}

/** Moves the image; some of it always stays on the screen. */
export function panBy(view: View, dx: number, dy: number, image: Size, screen: Size): View {
  const keep = 64;
  const x = Math.min(screen.width - keep, Math.max(keep - image.width * view.scale, view.x + dx));
  const y = Math.min(screen.height - keep, Math.max(keep - image.height * view.scale, view.y + dy));
  return rounded({ scale: view.scale, x, y });
}

/** Moves the image as little as brings a place of it into sight, with some of what lies around it. */
export function keptInSight(view: View, place: Pixel, image: Size, screen: Size): View {
  const { x, y } = toScreen(view, place);
  const margin = SIGHT_SHARE * Math.min(screen.width, screen.height);
  const dx = Math.max(0, margin - x) + Math.min(0, screen.width - margin - x);
  const dy = Math.max(0, margin - y) + Math.min(0, screen.height - margin - y);
  return dx === 0 && dy === 0 ? view : panBy(view, dx, dy, image, screen);
}

/** No further out than half of what fits. */
export function smallestScale(image: Size, screen: Size): number {
  return Math.min(1, fitScale(image, screen) / 2);
}

export function toImage(view: View, at: Pixel): Pixel {
  return { x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale };
}

export function toScreen(view: View, at: Pixel): Pixel {
  return { x: at.x * view.scale + view.x, y: at.y * view.scale + view.y };
}

/** The screen pixels whose colour can depend on a rectangle of the image. */
export function viewportRect(view: View, rect: Rect): Rect {
  const x = Math.floor(rect.x * view.scale + view.x) - 1;
  const y = Math.floor(rect.y * view.scale + view.y) - 1;
  const right = Math.ceil((rect.x + rect.width) * view.scale + view.x) + 1;
  const bottom = Math.ceil((rect.y + rect.height) * view.scale + view.y) + 1;
  return { x, y, width: right - x, height: bottom - y };
}

function fitScale(image: Size, screen: Size): number {
  return Math.min(screen.width / image.width, screen.height / image.height);
}

function centred(image: Size, screen: Size, scale: number): View {
  return rounded(centredAt({ x: image.width / 2, y: image.height / 2 }, screen, scale));
}

function centredAt(place: Pixel, screen: Size, scale: number): View {
  return { scale, x: screen.width / 2 - place.x * scale, y: screen.height / 2 - place.y * scale };
}

// Whole offsets keep image pixels on screen pixels at 1:1 and at whole multiples of it.
function rounded(view: View): View {
  return { scale: view.scale, x: Math.round(view.x), y: Math.round(view.y) };
}
