import type { Pixel } from "./paint";

export type BrushShape = "round" | "square";

/** A brush at one place: `half` is half of its width there, in pixels. */
export interface Dab extends Pixel {
  half: number;
}

/** The part of a horizontal line at `y` that lies in an area; null: none. */
export type Cut = (y: number) => Span | null;
type Span = [left: number, right: number];

// A pixel whose centre is on a square's edge belongs to it on the left and upper edge alone: a square brush of
// n pixels is n pixels wide wherever it is.
const TIE = 1e-6;

/** The area that a brush covers on a straight way, its width changing evenly: the convex hull of both ends. */
export function sweep(shape: BrushShape, from: Dab, to: Dab): Cut {
  return shape === "round" ? sweepDisc(from, to) : sweepSquare(from, to);
}

function sweepDisc(from: Dab, to: Dab): Cut {
  const bridge = tangentQuad(from, to);
  return (y) => {
    const ends = joinSpans(discSpan(from, y), discSpan(to, y));
    return bridge ? joinSpans(ends, quadSpan(bridge, y)) : ends;
  };
}

function discSpan({ x, y: middle, half }: Dab, y: number): Span | null {
  const square = half * half - (y - middle) ** 2;
  if (square < 0) return null;
  const reach = Math.sqrt(square);
  return [x - reach, x + reach];
}

/** The corners between two discs' common tangents; null when one disc holds the other. */
function tangentQuad(from: Dab, to: Dab): Pixel[] | null {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy);
  if (length <= Math.abs(from.half - to.half)) return null;
  const along = (from.half - to.half) / length;
  const aside = Math.sqrt(1 - along * along);
  const touch = ({ x, y, half }: Dab, side: 1 | -1) => ({
    x: x + (half * (dx * along - side * dy * aside)) / length,
    y: y + (half * (dy * along + side * dx * aside)) / length,
  });
  return [touch(from, 1), touch(to, 1), touch(to, -1), touch(from, -1)];
}

function quadSpan(corners: Pixel[], y: number): Span | null {
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let a = corners.at(-1) as Pixel;
  for (const b of corners) {
    if (y >= Math.min(a.y, b.y) && y <= Math.max(a.y, b.y)) {
      const x = a.y === b.y ? b.x : a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    a = b;
  }
  return left <= right ? [left, right] : null;
}

/** The hull of two squares is every square on the way: at `t` between 0 and 1, middle and width in between. */
function sweepSquare(from: Dab, to: Dab): Cut {
  const { half } = from;
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const widening = to.half - half;
  return (y) => {
    const line = y + TIE;
    const reached = solve(dy - widening, line - from.y + half);
    const notPassed = solve(-dy - widening, from.y + half - line);
    const first = Math.max(0, reached[0], notPassed[0]);
    const last = Math.min(1, reached[1], notPassed[1]);
    if (first > last) return null;
    const left = (t: number) => from.x - half + t * (dx - widening);
    const right = (t: number) => from.x + half + t * (dx + widening);
    return [Math.min(left(first), left(last)) - TIE, Math.max(right(first), right(last)) - TIE];
  };
}

/** The t with slope * t <= limit. */
function solve(slope: number, limit: number): Span {
  const all: Span = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (slope > 0) return [all[0], limit / slope];
  if (slope < 0) return [limit / slope, all[1]];
  return limit >= 0 ? all : [all[1], all[0]];
}

/** Parts of a convex area on one line always make one span. */
function joinSpans(a: Span | null, b: Span | null): Span | null {
  if (!a || !b) return a ?? b;
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}
