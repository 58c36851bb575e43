import type { Pixel } from "../masks/paint";
import type { Box, PointPrompt } from "../state/draft";
import { toScreen, type View } from "./view";

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

/** A box prompt: white on black, as the brush's ring. */
export function drawBox(context: CanvasRenderingContext2D, view: View, box: Box, ratio: number): void {
  const corner = toScreen(view, { x: box.left, y: box.top });
  const width = (box.right - box.left) * view.scale;
  const height = (box.bottom - box.top) * view.scale;
  for (const [line, colour] of LINES) {
    context.lineWidth = line * ratio;
    context.strokeStyle = colour;
    context.strokeRect(corner.x, corner.y, width, height);
  }
}

/** The brush's outline: white on black, so that it shows on every picture. */
export function drawRing(
  context: CanvasRenderingContext2D,
  at: Pixel,
  diameter: number,
  dashed: boolean,
  ratio: number,
): void {
  const radius = Math.max(diameter / 2, 2 * ratio);
  context.setLineDash(dashed ? [5 * ratio, 4 * ratio] : []);
  for (const [width, colour] of LINES) {
    context.beginPath();
    context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
    context.lineWidth = width * ratio;
    context.strokeStyle = colour;
    context.stroke();
  }
  context.setLineDash([]);
}
