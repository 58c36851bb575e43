import { createStore, type StoreApi } from "zustand/vanilla";
import type { ProjectOut } from "../../api/types";
import { DEFAULT_KEYMAP, type Keymap } from "../actions/keymap";
import type { Size, View } from "../canvas/view";
import type { Loaded } from "../decoder/protocol";
import type { Pixel } from "../masks/paint";
import type { BrushShape } from "../masks/sweep";
import type { LowResLogits } from "../masks/upscale";
import type { MaskStep } from "../outbox/history";
import { type ActiveTime, NO_TIME } from "./activeTime";
import { DEFAULT_DISPLAY, type Display } from "./display";
import { type Box, type Draft, EMPTY_DRAFT, type PointPrompt } from "./draft";
import { DEFAULT_FINISH, type Finish } from "./finish";
import type { Outline } from "./outline";
import { NOTHING_SELECTED } from "./selection";

export type ToolName = "point" | "box" | "brush" | "eraser" | "polygon" | "lasso" | "select";

/** A prompt that follows the pointer until it is let go. */
export type Moving = { kind: "point"; index: number; point: PointPrompt } | { kind: "box"; box: Box };

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
  brushShape: BrushShape;
  /** A stroke is being drawn: history waits until it is finished. */
  stroking: boolean;
  moving: Moving | null;
  /** Whether the mask that the next click would give is shown before it. */
  previewing: boolean;
  preview: LowResLogits | null;
  /** The outline being drawn with polygon or lasso, not part of the mask before it is closed. */
  outline: Outline | null;
  /** The pixel that the keyboard points at; null: it does not. */
  cursor: Pixel | null;
  masksShown: boolean;
  /** All but the mask in the making, or the selected one, is dimmed. */
  spotlight: boolean;
  display: Display;
  finish: Finish;
  displayOpened: boolean;
  keymap: Keymap;
  /** The step of the first-use tour that is shown; null: none. */
  tourStep: number | null;
  /** The mask selected last, and those selected with it. */
  selectedId: string | null;
  alsoSelected: readonly string[];
  /** The mask under the pointer in the list. */
  hoveredId: string | null;
  hiddenIds: ReadonlySet<string>;
  /** What was done to the image's saved masks, oldest first. */
  maskSteps: readonly MaskStep[];
  /** What new masks are; null: nothing in particular. */
  newLabelId: string | null;
  /** Rules and labels; null until they are known. */
  project: ProjectOut | null;
  view: View;
  screen: Size;
  decoder: DecoderState;
  /** How the decoder runs; null until it is loaded. */
  runtime: Loaded | null;
  /** From the last prompt to its mask on the screen. */
  clickToMaskMs: number | null;
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
    brushShape: "round",
    stroking: false,
    moving: null,
    previewing: true,
    preview: null,
    outline: null,
    cursor: null,
    masksShown: true,
    spotlight: false,
    display: DEFAULT_DISPLAY,
    finish: DEFAULT_FINISH,
    displayOpened: false,
    keymap: DEFAULT_KEYMAP,
    tourStep: null,
    ...NOTHING_SELECTED,
    hoveredId: null,
    hiddenIds: new Set(),
    maskSteps: [],
    newLabelId: null,
    project: null,
    view: { scale: 1, x: 0, y: 0 },
    screen: { width: 1, height: 1 },
    decoder: { phase: "waiting", progress: 0, message: null },
    runtime: null,
    clickToMaskMs: null,
    hint: null,
  }));
}

/** What has to be finished before anything else, as a sentence; null when nothing is being drawn. */
export function unfinished({ stroking, outline }: AnnotatorState): string | null {
  if (stroking) return "Finish the stroke first.";
  return outline && "Close the outline first ({accept}), or take it back ({cancel}).";
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
