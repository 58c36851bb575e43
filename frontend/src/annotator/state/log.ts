import type { MaskLayers, PaintValue } from "../masks/layers";
import { type StrokeDelta, type StrokePoint, strokePixels } from "../masks/paint";
import { encodeRle } from "../masks/rle";
import type { BrushShape } from "../masks/sweep";
import type { Box, Draft, PointPrompt } from "./draft";
import type { Finish } from "./finish";

/**
 * What was done to a mask, in order: what, after how many milliseconds of active time, and with what. It is sent
 * with the mask, so it is compact; replaying it gives the same mask (replay.ts). docs/formats.md has it too.
 */
export type Entry = readonly [ms: number, ...Event];

export type Event =
  | readonly ["tool", name: string]
  | readonly ["point", x: number, y: number, label: 0 | 1]
  | readonly ["move", point: number, x: number, y: number]
  | readonly ["remove", point: number]
  | readonly ["box", left: number, top: number, right: number, bottom: number]
  /** The decoder's answer to an ask that refined a candidate of another, or of none (-1). */
  | readonly ["answer", ask: number, refined: number, candidate: number]
  | readonly ["choose", candidate: number]
  /** How answers are shown from here on. */
  | readonly ["finish", specksPercent: number, followEdges: 0 | 1]
  | readonly ["stroke", value: PaintValue, shape: BrushShape, diameter: number, way: readonly number[]]
  /** Pixels painted at once: a rectangle of the image, and COCO's RLE of what was painted in it. */
  | readonly ["paint", value: PaintValue, x: number, y: number, width: number, height: number, counts: string]
  | readonly ["undo"]
  | readonly ["redo"];

/** Strokes go through places that are whole multiples of this part of a pixel, so that a log can hold them. */
const PARTS_OF_A_PIXEL = 16;
const PARTS_OF_PRESSURE = 64;

/** The draft with an event in its log, and with the tool in hand where that has changed. */
export function logged(draft: Draft, ms: number, tool: string, event: Event): Draft {
  const before = draft.log.findLast(([, kind]) => kind === "tool");
  const entries: Entry[] = [[Math.round(ms), ...event]];
  if (before?.[2] !== tool) entries.unshift([Math.round(ms), "tool", tool]);
  return { ...draft, log: [...draft.log, ...entries] };
}

export function pointEvent({ x, y, label }: PointPrompt): Event {
  return ["point", x, y, label];
}

export function boxEvent({ left, top, right, bottom }: Box): Event {
  return ["box", left, top, right, bottom];
}

export function finishEvent({ specksPercent, followEdges }: Finish): Event {
  return ["finish", specksPercent, followEdges ? 1 : 0];
}

/** What a finished step has painted at once. */
export function paintEvent(layers: MaskLayers, delta: StrokeDelta): Event {
  const { x, y, width, height, data } = strokePixels(layers, delta);
  return ["paint", delta.value, x, y, width, height, encodeRle(data, width, height)];
}

/** The place nearby that a log can hold. */
export function loggable({ x, y, pressure }: StrokePoint): StrokePoint {
  const place = {
    x: Math.round(x * PARTS_OF_A_PIXEL) / PARTS_OF_A_PIXEL,
    y: Math.round(y * PARTS_OF_A_PIXEL) / PARTS_OF_A_PIXEL,
  };
  return pressure === undefined
    ? place
    : { ...place, pressure: Math.max(1, Math.round(pressure * PARTS_OF_PRESSURE)) / PARTS_OF_PRESSURE };
}

/** Three numbers a place, the first two as steps from the place before: x, y, pressure (0 where there is none). */
export function packWay(places: readonly StrokePoint[]): number[] {
  let [lastX, lastY] = [0, 0];
  return places.flatMap(({ x, y, pressure = 0 }) => {
    const [wholeX, wholeY] = [x * PARTS_OF_A_PIXEL, y * PARTS_OF_A_PIXEL];
    const step = [wholeX - lastX, wholeY - lastY, pressure * PARTS_OF_PRESSURE];
    [lastX, lastY] = [wholeX, wholeY];
    return step;
  });
}

export function unpackWay(way: readonly number[]): StrokePoint[] {
  let [x, y] = [0, 0];
  return Array.from({ length: way.length / 3 }, (_, place) => {
    x += way[3 * place] as number;
    y += way[3 * place + 1] as number;
    const pressure = way[3 * place + 2] as number;
    const at = { x: x / PARTS_OF_A_PIXEL, y: y / PARTS_OF_A_PIXEL };
    return pressure === 0 ? at : { ...at, pressure: pressure / PARTS_OF_PRESSURE };
  });
}
