import { createStore, type StoreApi } from "zustand/vanilla";
import type { Size, View } from "../canvas/view";
import type { Loaded } from "../decoder/protocol";
import { type ActiveTime, NO_TIME } from "./activeTime";
import { type Draft, EMPTY_DRAFT } from "./draft";

export type ToolName = "point" | "brush" | "eraser";

export interface DecoderState {
  phase: "waiting" | "downloading" | "starting" | "embedding" | "ready" | "failed";
  /** Share of the download, 0 to 1, while `downloading`. */
  progress: number;
  /** What went wrong and what to do, when `failed`. */
  message: string | null;
}

/** Everything the panels show of the annotation at hand; pixels live in MaskLayers. */
export interface AnnotatorState {
  image: ({ id: string } & Size) | null;
  pictureFailed: string | null;
  /** One sentence on why the masks cannot be changed now; null: they can. */
  readOnly: string | null;
  draft: Draft;
  time: ActiveTime;
  tool: ToolName;
  /** Diameter of brush and eraser in pixels of the image. */
  brushPx: number;
  /** A stroke is being drawn: history waits until it is finished. */
  stroking: boolean;
  masksShown: boolean;
  selectedId: string | null;
  view: View;
  screen: Size;
  decoder: DecoderState;
  /** How the decoder runs; null until it is loaded. */
  runtime: Loaded | null;
  lastClick: { clickToMaskMs: number; predictedIou: number } | null;
  /** One sentence on why the last thing asked for was not done. */
  hint: string | null;
}

export type AnnotatorStore = StoreApi<AnnotatorState>;

export const SMALLEST_BRUSH_PX = 1;
export const LARGEST_BRUSH_PX = 1024;
const FIRST_BRUSH_SHARE = 1 / 40;

export function createAnnotatorStore(): AnnotatorStore {
  return createStore<AnnotatorState>(() => ({
    image: null,
    pictureFailed: null,
    readOnly: null,
    draft: EMPTY_DRAFT,
    time: NO_TIME,
    tool: "point",
    brushPx: 20,
    stroking: false,
    masksShown: true,
    selectedId: null,
    view: { scale: 1, x: 0, y: 0 },
    screen: { width: 1, height: 1 },
    decoder: { phase: "waiting", progress: 0, message: null },
    runtime: null,
    lastClick: null,
    hint: null,
  }));
}

/** The brush for another image: as large a part of it as the brush was of the one before (null: the first one). */
export function brushForImage(brushPx: number, before: Size | null, image: Size): number {
  const share = before ? brushPx / Math.max(before.width, before.height) : FIRST_BRUSH_SHARE;
  return limited(Math.round(share * Math.max(image.width, image.height)));
}

/** The next brush size up (1) or down (-1): by an eighth, at least a pixel. */
export function steppedBrush(brushPx: number, direction: 1 | -1): number {
  const step = Math.max(1, Math.round(brushPx / 8));
  return limited(brushPx + direction * step);
}

function limited(brushPx: number): number {
  return Math.min(LARGEST_BRUSH_PX, Math.max(SMALLEST_BRUSH_PX, brushPx));
}
