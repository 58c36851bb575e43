import { type View, viewportRect } from "../canvas/view";
import { ADDED, finalBounds, type MaskLayers, UNPAINTED } from "./layers";
import { clipRect, type Rect } from "./rect";
import type { CutMask } from "./rle";

// Far out, a screen pixel stands for many image pixels, and what is thin can pass by all their centres. It is put in
// here after the centres were looked at.

/** What is at most so many pixels across is looked after; further out than this nobody edits. */
const THIN_PX = 12;

const known = new WeakMap<CutMask, Uint32Array>();

/** The places (y * imageWidth + x) of a mask's pixels that lie in a short run across or down, in rising order. */
export function thinPlaces(mask: CutMask, imageWidth: number): Uint32Array {
  const before = known.get(mask);
  if (before) return before;
  const places: number[] = [];
  const { width, height, data } = mask;
  const place = (x: number, y: number) => (mask.y + y) * imageWidth + mask.x + x;
  const starts = new Int32Array(width).fill(-1);
  for (let y = 0; y <= height; y++) {
    let start = -1;
    for (let x = 0; x <= width; x++) {
      const isOn = x < width && y < height && data[y * width + x] !== 0;
      if (isOn && start < 0) start = x;
      else if (!isOn && start >= 0) {
        if (x - start <= THIN_PX) for (let at = start; at < x; at++) places.push(place(at, y));
        start = -1;
      }
      if (x === width) continue;
      const top = starts[x] as number;
      if (isOn && top < 0) starts[x] = y;
      else if (!isOn && top >= 0) {
        if (y - top <= THIN_PX) for (let at = top; at < y; at++) places.push(place(x, at));
        starts[x] = -1;
      }
    }
  }
  // In a short run both across and down, a place has come twice.
  const thin = Uint32Array.from(places)
    .sort()
    .filter((at, index, sorted) => at !== sorted[index - 1]);
  known.set(mask, thin);
  return thin;
}

/** Shows the thin parts of saved masks where nothing else is shown. */
export function addThinSaved(
  classes: Uint16Array,
  stride: number,
  rect: Rect,
  view: View,
  labels: Uint16Array,
  imageWidth: number,
  thin: readonly Uint32Array[],
): void {
  const columns = centredIn(rect.x, rect.width, view.x, view.scale, imageWidth);
  const rows = centredIn(rect.y, rect.height, view.y, view.scale, labels.length / imageWidth);
  for (const places of thin) {
    const end = firstFrom(places, rows.end * imageWidth, 0);
    for (let i = firstFrom(places, rows.start * imageWidth, 0); i < end; ) {
      const at = places[i] as number;
      const imageX = at % imageWidth;
      const row = at - imageX;
      if (imageX < columns.start) i = firstFrom(places, row + columns.start, i);
      else if (imageX >= columns.end) i = firstFrom(places, row + imageWidth + columns.start, i);
      else {
        const x = Math.floor((imageX + 0.5) * view.scale + view.x);
        const y = Math.floor((row / imageWidth + 0.5) * view.scale + view.y);
        const to = y * stride + x;
        if (classes[to] === 0) classes[to] = labels[at] as number;
        i += 1;
      }
    }
  }
}

/** The image's rows or columns whose middle lies in this part of the screen. */
function centredIn(start: number, length: number, offset: number, scale: number, size: number) {
  const onScreen = (at: number) => Math.floor((at + 0.5) * scale + offset);
  const first = (from: number) => {
    let at = Math.max(0, Math.min(size, Math.floor((from - offset) / scale - 0.5)));
    while (at < size && onScreen(at) < from) at += 1;
    return at;
  };
  return { start: first(start), end: first(start + length) };
}

/** Which of the rising numbers, from the one at `after` on, is the first that is not below `least`. */
function firstFrom(numbers: Uint32Array, least: number, after: number): number {
  // Mostly it is near: the steps grow until they are beyond it.
  let [low, step] = [after, 1];
  while (low + step < numbers.length && (numbers[low + step] as number) < least) {
    low += step;
    step *= 2;
  }
  let high = Math.min(numbers.length, low + step);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Shows the thin parts of the mask in the making: one place in each row and column of every screen pixel is looked at. */
export function addThinCurrent(
  classes: Uint16Array,
  stride: number,
  rect: Rect,
  view: View,
  layers: MaskLayers,
  current: number,
): void {
  const looks = Math.min(THIN_PX, Math.ceil(1 / view.scale));
  const bounds = finalBounds(layers);
  const touched = clipRect(viewportRect(view, bounds), rect.x + rect.width, rect.y + rect.height);
  const left = Math.max(touched.x, rect.x);
  const width = touched.x + touched.width - left;
  if (width <= 0) return;
  const skip = spreadingStep(looks);
  const columns = Array.from({ length: looks }, (_, look) => {
    const across = (((look * skip) % looks) + 0.5) / looks;
    return Int32Array.from({ length: width }, (_, i) => {
      const x = Math.floor((left + i + across - view.x) / view.scale);
      return Math.min(bounds.x + bounds.width - 1, Math.max(bounds.x, x));
    });
  });
  const { paint, decoded } = layers;
  for (let y = Math.max(touched.y, rect.y); y < touched.y + touched.height; y++) {
    const out = y * stride + left;
    for (let look = 0; look < looks; look++) {
      const imageY = Math.floor((y + (look + 0.5) / looks - view.y) / view.scale);
      if (imageY < bounds.y || imageY >= bounds.y + bounds.height) continue;
      const base = imageY * layers.width;
      const xs = columns[look] as Int32Array;
      for (let i = 0; i < width; i++) {
        if (classes[out + i] === current) continue;
        const at = base + (xs[i] as number);
        const painted = paint[at] as number;
        const isOn = painted === UNPAINTED ? (decoded[at] as number) : painted & ADDED;
        if (isOn !== 0) classes[out + i] = current;
      }
    }
  }
}

/** Near a golden share of `count` and without a common divisor: the places spread well over the pixel. */
function spreadingStep(count: number): number {
  let step = Math.max(1, Math.round(count * 0.382));
  while (commonDivisor(step, count) > 1) step += 1;
  return step;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
