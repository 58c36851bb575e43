import { ERASED } from "../masks/layers";
import type { Pixel } from "../masks/paint";
import type { BrushShape } from "../masks/sweep";
import type { Box, PointPrompt } from "../state/draft";
import { closesAt, isClosable, type Outline } from "../state/outline";
import { toImage, toScreen, type View } from "./view";

const POINT_RADIUS = 7;
// A dark line under a light one, in CSS pixels: it shows on every picture.
const LINES = [
  [3.5, "rgb(0 0 0 / 65%)"],
  [1.5, "#fff"],
] as const;

/** Points are told apart by sign as well as by colour: plus belongs to the object, minus does not. */
export function drawPoint(
  context: CanvasRenderingContext2D,
  view: View,
  point: PointPrompt,
  ratio: number,
): void {
  const { x, y } = toScreen(view, { x: point.x + 0.5, y: point.y + 0.5 });
  const radius = POINT_RADIUS * ratio;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = point.label === 1 ? "#0b7a3b" : "#b3261e";
  context.fill();
  context.lineWidth = 1.75 * ratio;
  context.strokeStyle = "#fff";
  context.stroke();
  context.beginPath();
  const arm = radius * 0.55;
  context.moveTo(x - arm, y);
  context.lineTo(x + arm, y);
  if (point.label === 1) {
    context.moveTo(x, y - arm);
    context.lineTo(x, y + arm);
  }
  context.stroke();
}

const ERASING_DASH = [5, 4];
const CLOSING_DASH = [2, 4];
const CORNER_RADIUS = 3.5;
const FIRST_CORNER_RADIUS = 6;
const CROSSHAIR_GAP = 4;
const CROSSHAIR_ARM = 16;

/** A box prompt. */
export function drawBox(context: CanvasRenderingContext2D, view: View, box: Box, ratio: number): void {
  const corner = toScreen(view, { x: box.left, y: box.top });
  const edge = new Path2D();
  edge.rect(corner.x, corner.y, (box.right - box.left) * view.scale, (box.bottom - box.top) * view.scale);
  strokePath(context, edge, [], ratio);
}

/** A brush on the screen. `at` and `diameter` are in screen pixels; a dashed one erases. */
export interface Ring {
  at: Pixel;
  diameter: number;
  shape: BrushShape;
  isErasing: boolean;
}

/** The brush's edge. */
export function drawRing(context: CanvasRenderingContext2D, ring: Ring, ratio: number): void {
  const { at, shape } = ring;
  const radius = Math.max(ring.diameter / 2, 2 * ratio);
  const edge = new Path2D();
  if (shape === "round") edge.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  else edge.rect(at.x - radius, at.y - radius, 2 * radius, 2 * radius);
  strokePath(context, edge, ring.isErasing ? ERASING_DASH : [], ratio);
}

/** The outline being drawn, on to the pointer (`tip`, in screen pixels); a dashed one erases. */
export function drawOutline(
  context: CanvasRenderingContext2D,
  view: View,
  outline: Outline,
  tip: Pixel | null,
  ratio: number,
): void {
  const corners = outline.corners.map((corner) => toScreen(view, corner));
  const [first] = corners;
  if (!first) return;
  const isClosing = tip !== null && closesAt(outline, toImage(view, tip), ratio / view.scale);
  const end = tip && !outline.isFreehand && !isClosing ? tip : null;
  const way = new Path2D();
  way.moveTo(first.x, first.y);
  for (const { x, y } of end ? [...corners, end] : corners) way.lineTo(x, y);
  context.fillStyle = "rgb(255 255 255 / 14%)";
  context.fill(way, "evenodd");
  strokePath(context, way, outline.value === ERASED ? ERASING_DASH : [], ratio);
  drawClosing(context, end ?? (corners.at(-1) as Pixel), first, ratio);
  if (outline.isFreehand) return;
  for (const corner of corners) drawCorner(context, corner, CORNER_RADIUS, "#fff", ratio);
  if (isClosable(outline)) {
    drawCorner(context, first, FIRST_CORNER_RADIUS, isClosing ? "#fff" : "transparent", ratio);
  }
}

/** Where the keyboard points, in screen pixels. The middle stays free, so that the pixel is seen. */
export function drawCrosshair(context: CanvasRenderingContext2D, at: Pixel, ratio: number): void {
  const [near, far] = [CROSSHAIR_GAP * ratio, CROSSHAIR_ARM * ratio];
  const arms = new Path2D();
  for (const [x, y] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    arms.moveTo(at.x + x * near, at.y + y * near);
    arms.lineTo(at.x + x * far, at.y + y * far);
  }
  strokePath(context, arms, [], ratio);
}

/** How the outline would be closed now. */
function drawClosing(context: CanvasRenderingContext2D, from: Pixel, to: Pixel, ratio: number): void {
  const line = new Path2D();
  line.moveTo(from.x, from.y);
  line.lineTo(to.x, to.y);
  strokePath(context, line, CLOSING_DASH, ratio);
}

function drawCorner(
  context: CanvasRenderingContext2D,
  { x, y }: Pixel,
  radius: number,
  fill: string,
  ratio: number,
): void {
  const dot = new Path2D();
  dot.arc(x, y, radius * ratio, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill(dot);
  strokePath(context, dot, [], ratio);
}

function strokePath(context: CanvasRenderingContext2D, path: Path2D, dash: number[], ratio: number): void {
  context.setLineDash(dash.map((length) => length * ratio));
  for (const [width, colour] of LINES) {
    context.lineWidth = width * ratio;
    context.strokeStyle = colour;
    context.stroke(path);
  }
  context.setLineDash([]);
}
