import type { MaskPrompts, MaskSource } from "../../api/types";
import { ADDED, type MaskLayers } from "../masks/layers";
import { exchangeStroke, type StrokeDelta } from "../masks/paint";
import type { CutMask } from "../masks/rle";
import type { LowResLogits } from "../masks/upscale";
import type { ListedMask } from "../outbox/changes";
import { type Finish, isSameFinish, UNFINISHED } from "./finish";
import type { Entry } from "./log";

/** A click: a pixel of the image that belongs to the object (1) or does not (0). */
export interface PointPrompt {
  x: number;
  y: number;
  label: 0 | 1;
}

/** What lies around the object: two opposite corners in pixels of the image. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Prediction {
  logits: LowResLogits;
  /** null for a mask that no decoder has judged. */
  predictedIou: number | null;
}

/** Points and box as they are at one moment, and what the decoder says to them. */
export interface Ask {
  id: number;
  points: readonly PointPrompt[];
  box: Box | null;
  /** The ask whose answer is refined: that to which this one only adds prompts, else the first. */
  refines: number | null;
  /** Three where the prompt is ambiguous, else one; null while there is no answer (yet). */
  candidates: readonly Prediction[] | null;
  /** Which of the candidates is meant. */
  chosen: number;
}

type Command =
  | { kind: "ask"; before: number; after: number }
  | { kind: "choose"; ask: number; before: number; after: number }
  | { kind: "stroke"; delta: StrokeDelta };

/** What was done, by a number of its own in the draft. */
export interface Step {
  id: number;
  command: Command;
}

/** The saved mask that is being corrected. */
export interface Start {
  mask: ListedMask;
  shape: CutMask;
}

/** The mask in the making: its prompts, its strokes (their pixels are in MaskLayers) and how to take them back. */
export interface Draft {
  start: Start | null;
  /** All that were asked, by id: undo and redo go back to the answers that are there. */
  asks: ReadonlyMap<number, Ask>;
  ask: number;
  strokes: { brush: number; erase: number };
  finish: Finish;
  done: readonly Step[];
  undone: readonly Step[];
  nextAskId: number;
  nextStepId: number;
  log: readonly Entry[];
}

/** How every draft begins. A saved mask that is corrected counts as its answer. */
const NOTHING_ASKED: Ask = {
  id: 0,
  points: [],
  box: null,
  refines: null,
  candidates: null,
  chosen: 0,
};

export const EMPTY_DRAFT: Draft = {
  start: null,
  asks: new Map([[NOTHING_ASKED.id, NOTHING_ASKED]]),
  ask: NOTHING_ASKED.id,
  strokes: { brush: 0, erase: 0 },
  finish: UNFINISHED,
  done: [],
  undone: [],
  nextAskId: 1,
  nextStepId: 1,
  log: [],
};

/** Corrects a saved mask; `logits` say to the decoder what it looks like. */
export function refining(start: Start, logits: LowResLogits): Draft {
  const candidates = [{ logits, predictedIou: null }];
  return withAsk({ ...EMPTY_DRAFT, start }, { ...NOTHING_ASKED, candidates });
}

export function askOf(draft: Draft): Ask {
  return draft.asks.get(draft.ask) as Ask;
}

export function hasPrompts(draft: Draft): boolean {
  const { points, box } = askOf(draft);
  return points.length > 0 || box !== null;
}

export function isUntouched(draft: Draft): boolean {
  return !hasPrompts(draft) && draft.strokes.brush === 0 && draft.strokes.erase === 0;
}

/** Whether there is anything to accept or to cancel. */
export function isBegun(draft: Draft): boolean {
  return draft.start !== null || !isUntouched(draft);
}

export function addPoint(draft: Draft, point: PointPrompt): Draft {
  const { id, points, box } = askOf(draft);
  return asking(draft, { points: [...points, point], box, refines: id });
}

export function movePoint(draft: Draft, index: number, to: { x: number; y: number }): Draft {
  const { points, box } = askOf(draft);
  const point = points[index];
  if (!point || (point.x === to.x && point.y === to.y)) return draft;
  // What was said to the point at its old place must not be refined.
  return asking(draft, { points: points.with(index, { ...point, ...to }), box, refines: NOTHING_ASKED.id });
}

export function removePoint(draft: Draft, index: number): Draft {
  const ask = askOf(draft);
  const { points, box } = ask;
  if (!points[index]) return draft;
  const left = points.toSpliced(index, 1);
  const before = earlier(draft, ask);
  // The last point's answer is gone with it, and the answer before it is still there.
  const isThere = before && before.box === box && before.points.every((point, at) => point === left[at]);
  return isThere && before.points.length === left.length
    ? goTo(draft, before.id)
    : asking(draft, { points: left, box, refines: NOTHING_ASKED.id });
}

/** Puts a box around the object, in place of an earlier one. */
export function setBox(draft: Draft, box: Box): Draft {
  const { id, points, box: earlier } = askOf(draft);
  return asking(draft, { points, box, refines: earlier ? NOTHING_ASKED.id : id });
}

/** Which of the shown answer's candidates comes after (1) or before (-1) the chosen one, going round. */
export function candidateBeside(draft: Draft, by: 1 | -1): number {
  const { candidates, chosen } = shownAsk(draft) ?? askOf(draft);
  const count = candidates?.length ?? 1;
  return (chosen + by + count) % count;
}

export function chooseCandidate(draft: Draft, candidate: number): Draft {
  const shown = shownAsk(draft);
  if (!shown?.candidates?.[candidate] || shown.chosen === candidate) return draft;
  return record(withAsk(draft, { ...shown, chosen: candidate }), {
    kind: "choose",
    ask: shown.id,
    before: shown.chosen,
    after: candidate,
  });
}

/** Has answers shown in another way. It is a choice of the person, so undo leaves it alone. */
export function setFinish(draft: Draft, finish: Finish): Draft {
  return isSameFinish(draft.finish, finish) ? draft : { ...draft, finish };
}

/** Records a finished stroke, whose pixels are in the paint layer already. */
export function addStroke(draft: Draft, delta: StrokeDelta): Draft {
  if (delta.tiles.size === 0) return draft;
  return record({ ...draft, strokes: countStroke(draft.strokes, delta, 1) }, { kind: "stroke", delta });
}

/** Keeps the decoder's answer with what was asked, wherever undo and redo have put that meanwhile. */
export function setAnswer(draft: Draft, askId: number, candidates: readonly Prediction[]): Draft {
  const ask = draft.asks.get(askId);
  return ask ? withAsk(draft, { ...ask, candidates, chosen: mostConfident(candidates) }) : draft;
}

/** Takes back the last step. A stroke's pixels are exchanged in `layers`, the one thing changed in place. */
export function undo(draft: Draft, layers: MaskLayers): Draft {
  const step = draft.done.at(-1);
  if (!step) return draft;
  const rest = { done: draft.done.slice(0, -1), undone: [...draft.undone, step] };
  return { ...exchanged(draft, step.command, "before", layers), ...rest };
}

/** Does the step taken back last again. */
export function redo(draft: Draft, layers: MaskLayers): Draft {
  const step = draft.undone.at(-1);
  if (!step) return draft;
  const rest = { done: [...draft.done, step], undone: draft.undone.slice(0, -1) };
  return { ...exchanged(draft, step.command, "after", layers), ...rest };
}

/** The latest ask on the way to the present one that the decoder has answered. */
export function shownAsk(draft: Draft): Ask | null {
  for (let ask: Ask | undefined = askOf(draft); ask; ask = earlier(draft, ask))
    if (ask.candidates) return ask;
  return null;
}

/** What the decoder shows now: the answer to the present prompts, or to the latest before them that has one. */
export function shownPrediction(draft: Draft): Prediction | null {
  const shown = shownAsk(draft);
  return shown?.candidates?.[shown.chosen] ?? null;
}

/** What the decoder is asked. */
export interface Prompt {
  points: readonly PointPrompt[];
  box: Box | null;
  /** Logits of the latest earlier answer, which the decoder refines. */
  previous: LowResLogits | null;
}

export interface DecodeRequest {
  askId: number;
  /** The ask, and which of its candidates, that is refined; -1 for none. */
  refined: number;
  candidate: number;
  prompt: Prompt;
}

/** What to ask the decoder now; null when the present prompts have their answer. */
export function nextRequest(draft: Draft): DecodeRequest | null {
  const { id, points, box, candidates } = askOf(draft);
  if (candidates || !hasPrompts(draft)) return null;
  const shown = shownAsk(draft);
  return {
    askId: id,
    refined: shown?.id ?? -1,
    candidate: shown?.chosen ?? 0,
    prompt: { points, box, previous: shownPrediction(draft)?.logits ?? null },
  };
}

/** What a click at a place would ask. */
export function nextClick(draft: Draft, at: PointPrompt): Prompt {
  const { points, box } = askOf(draft);
  return { points: [...points, at], box, previous: shownPrediction(draft)?.logits ?? null };
}

export function prompts(draft: Draft): MaskPrompts {
  const { points, box } = askOf(draft);
  const shown = shownAsk(draft);
  return {
    points: [...points],
    box: box && [box.left, box.top, box.right, box.bottom],
    candidate: shown?.candidates && shown.candidates.length > 1 ? shown.chosen : null,
    strokes: draft.strokes,
  };
}

/** How the mask came about. Call it on a draft with at least one prompt or stroke. */
export function source(draft: Draft): MaskSource {
  const before = draft.start?.mask.source;
  if (before && !["clicked", "painted", "clicked_painted"].includes(before)) return "edited";
  const isPainted = draft.strokes.brush + draft.strokes.erase > 0 || (before && before !== "clicked");
  const isClicked = hasPrompts(draft) || (before && before !== "painted");
  if (!isClicked) return "painted";
  return isPainted ? "clicked_painted" : "clicked";
}

function asking(draft: Draft, prompts: Pick<Ask, "points" | "box" | "refines">): Draft {
  if (prompts.points.length === 0 && !prompts.box) return goTo(draft, NOTHING_ASKED.id);
  const id = draft.nextAskId;
  const ask: Ask = { id, ...prompts, candidates: null, chosen: 0 };
  return goTo({ ...withAsk(draft, ask), nextAskId: id + 1 }, id);
}

function goTo(draft: Draft, ask: number): Draft {
  return record({ ...draft, ask }, { kind: "ask", before: draft.ask, after: ask });
}

function withAsk(draft: Draft, ask: Ask): Draft {
  return { ...draft, asks: new Map(draft.asks).set(ask.id, ask) };
}

function earlier(draft: Draft, ask: Ask): Ask | undefined {
  return ask.refines === null ? undefined : draft.asks.get(ask.refines);
}

function mostConfident(candidates: readonly Prediction[]): number {
  const scores = candidates.map(({ predictedIou }) => predictedIou ?? 0);
  return scores.indexOf(Math.max(...scores));
}

/** The draft as it is before or after a command. */
function exchanged(draft: Draft, command: Command, to: "before" | "after", layers: MaskLayers): Draft {
  switch (command.kind) {
    case "ask":
      return { ...draft, ask: command[to] };
    case "choose":
      return withAsk(draft, { ...(draft.asks.get(command.ask) as Ask), chosen: command[to] });
    case "stroke":
      exchangeStroke(layers, command.delta);
      return { ...draft, strokes: countStroke(draft.strokes, command.delta, to === "after" ? 1 : -1) };
  }
}

function record(draft: Draft, command: Command): Draft {
  const step = { id: draft.nextStepId, command };
  return { ...draft, done: [...draft.done, step], undone: [], nextStepId: step.id + 1 };
}

function countStroke(strokes: Draft["strokes"], delta: StrokeDelta, by: 1 | -1): Draft["strokes"] {
  return delta.value === ADDED
    ? { ...strokes, brush: strokes.brush + by }
    : { ...strokes, erase: strokes.erase + by };
}
