import type { MaskPrompts, MaskSource } from "../../api/types";
import { ADDED, type MaskLayers } from "../masks/layers";
import { exchangeStroke, type StrokeDelta } from "../masks/paint";
import type { LowResLogits } from "../masks/upscale";

/** A click: a pixel of the image that belongs to the object (1) or does not (0). */
export interface PointPrompt {
  x: number;
  y: number;
  label: 0 | 1;
}

export interface Prediction {
  logits: LowResLogits;
  predictedIou: number;
}

/** A click and the decoder's answer to it and all clicks before it; null while there is none (yet). */
export interface Click {
  id: number;
  point: PointPrompt;
  prediction: Prediction | null;
}

type Command =
  | { kind: "click"; click: Click }
  | { kind: "remove"; click: Click; index: number }
  | { kind: "stroke"; delta: StrokeDelta };

/** The mask in the making: its clicks, its strokes (their pixels are in MaskLayers) and how to take them back. */
export interface Draft {
  clicks: readonly Click[];
  strokes: { brush: number; erase: number };
  done: readonly Command[];
  undone: readonly Command[];
  nextClickId: number;
}

export const EMPTY_DRAFT: Draft = {
  clicks: [],
  strokes: { brush: 0, erase: 0 },
  done: [],
  undone: [],
  nextClickId: 1,
};

export function isUntouched(draft: Draft): boolean {
  return draft.clicks.length === 0 && draft.strokes.brush === 0 && draft.strokes.erase === 0;
}

export function addClick(draft: Draft, point: PointPrompt): Draft {
  const click: Click = { id: draft.nextClickId, point, prediction: null };
  return record(
    { ...draft, clicks: [...draft.clicks, click], nextClickId: draft.nextClickId + 1 },
    { kind: "click", click },
  );
}

export function removeLastClick(draft: Draft): Draft {
  const click = draft.clicks.at(-1);
  if (!click) return draft;
  const index = draft.clicks.length - 1;
  return record({ ...draft, clicks: draft.clicks.slice(0, -1) }, { kind: "remove", click, index });
}

/** Records a finished stroke, whose pixels are in the paint layer already. */
export function addStroke(draft: Draft, delta: StrokeDelta): Draft {
  if (delta.tiles.size === 0) return draft;
  return record({ ...draft, strokes: countStroke(draft.strokes, delta, 1) }, { kind: "stroke", delta });
}

/** Keeps the decoder's answer with its click, wherever undo and redo have put that click meanwhile. */
export function setPrediction(draft: Draft, clickId: number, prediction: Prediction): Draft {
  const answer = (click: Click) => (click.id === clickId ? { ...click, prediction } : click);
  const inCommand = (command: Command) =>
    command.kind === "stroke" ? command : { ...command, click: answer(command.click) };
  return {
    ...draft,
    clicks: draft.clicks.map(answer),
    done: draft.done.map(inCommand),
    undone: draft.undone.map(inCommand),
  };
}

/** Takes back the last command. A stroke's pixels are exchanged in `layers`, the one thing changed in place. */
export function undo(draft: Draft, layers: MaskLayers): Draft {
  const command = draft.done.at(-1);
  if (!command) return draft;
  const rest = { done: draft.done.slice(0, -1), undone: [...draft.undone, command] };
  switch (command.kind) {
    case "click":
      return { ...draft, ...rest, clicks: draft.clicks.filter((click) => click.id !== command.click.id) };
    case "remove":
      return { ...draft, ...rest, clicks: draft.clicks.toSpliced(command.index, 0, command.click) };
    case "stroke":
      exchangeStroke(layers, command.delta);
      return { ...draft, ...rest, strokes: countStroke(draft.strokes, command.delta, -1) };
  }
}

/** Does the command taken back last again. */
export function redo(draft: Draft, layers: MaskLayers): Draft {
  const command = draft.undone.at(-1);
  if (!command) return draft;
  const rest = { done: [...draft.done, command], undone: draft.undone.slice(0, -1) };
  switch (command.kind) {
    case "click":
      return { ...draft, ...rest, clicks: [...draft.clicks, command.click] };
    case "remove":
      return { ...draft, ...rest, clicks: draft.clicks.filter((click) => click.id !== command.click.id) };
    case "stroke":
      exchangeStroke(layers, command.delta);
      return { ...draft, ...rest, strokes: countStroke(draft.strokes, command.delta, 1) };
  }
}

/** The clicks up to the latest one that the decoder has answered. */
export function answeredClicks(draft: Draft): readonly Click[] {
  return draft.clicks.slice(0, draft.clicks.findLastIndex((click) => click.prediction !== null) + 1);
}

/** What the decoder shows now: the answer to the last click, or to the latest click before it that has one. */
export function shownPrediction(draft: Draft): Prediction | null {
  return answeredClicks(draft).at(-1)?.prediction ?? null;
}

export interface DecodeRequest {
  clickId: number;
  points: PointPrompt[];
  /** Logits of the latest earlier answer, which the decoder refines. */
  previous: LowResLogits | null;
}

/** What to ask the decoder now; null when the last click has its answer. */
export function nextRequest(draft: Draft): DecodeRequest | null {
  const last = draft.clicks.at(-1);
  if (!last || last.prediction) return null;
  return {
    clickId: last.id,
    points: draft.clicks.map((click) => click.point),
    previous: shownPrediction(draft)?.logits ?? null,
  };
}

export function prompts(draft: Draft): MaskPrompts {
  return { points: draft.clicks.map((click) => click.point), strokes: draft.strokes };
}

/** How the mask came about. Call it on a draft with at least one click or stroke. */
export function source(draft: Draft): MaskSource {
  if (draft.clicks.length === 0) return "painted";
  return draft.strokes.brush + draft.strokes.erase > 0 ? "clicked_painted" : "clicked";
}

function record(draft: Draft, command: Command): Draft {
  return { ...draft, done: [...draft.done, command], undone: [] };
}

function countStroke(strokes: Draft["strokes"], delta: StrokeDelta, by: 1 | -1): Draft["strokes"] {
  return delta.value === ADDED
    ? { ...strokes, brush: strokes.brush + by }
    : { ...strokes, erase: strokes.erase + by };
}
