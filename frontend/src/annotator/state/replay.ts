import { bySize } from "../masks/candidates";
import type { Guide } from "../masks/edges";
import { createLayers, type MaskLayers } from "../masks/layers";
import { paintLine, paintSpans, startStroke } from "../masks/paint";
import { findRuns, forEachRun } from "../masks/parts";
import { decodeRle } from "../masks/rle";
import {
  addPoint,
  addStroke,
  chooseCandidate,
  type Draft,
  EMPTY_DRAFT,
  movePoint,
  type Prediction,
  type Prompt,
  redo,
  removePoint,
  setAnswer,
  setBox,
  setFinish,
  undo,
} from "./draft";
import { type Entry, type Event, unpackWay } from "./log";
import { showAnswer } from "./shown";

export type Decode = (prompt: Prompt) => Promise<readonly Prediction[]>;

/** Does again what a log says, from `draft` on; the decoder is asked what it was asked then. */
export async function replay(
  log: readonly Entry[],
  size: { width: number; height: number },
  threshold: number,
  guide: Guide,
  decode: Decode,
  draft: Draft = EMPTY_DRAFT,
): Promise<{ draft: Draft; layers: MaskLayers }> {
  const layers = createLayers(size.width, size.height);
  let replayed = draft;
  for (const [, ...event] of log) {
    replayed =
      event[0] === "answer"
        ? await answered(replayed, event, threshold, decode)
        : repeated(replayed, event, layers);
  }
  showAnswer(layers, replayed, threshold, guide);
  return { draft: replayed, layers };
}

function repeated(
  draft: Draft,
  event: Exclude<Event, readonly ["answer", ...unknown[]]>,
  layers: MaskLayers,
): Draft {
  switch (event[0]) {
    case "tool":
      return draft;
    case "point":
      return addPoint(draft, { x: event[1], y: event[2], label: event[3] });
    case "move":
      return movePoint(draft, event[1], { x: event[2], y: event[3] });
    case "remove":
      return removePoint(draft, event[1]);
    case "box":
      return setBox(draft, { left: event[1], top: event[2], right: event[3], bottom: event[4] });
    case "choose":
      return chooseCandidate(draft, event[1]);
    case "finish":
      return setFinish(draft, { specksPercent: event[1], followEdges: event[2] === 1 });
    case "stroke":
      return stroked(draft, event, layers);
    case "paint":
      return painted(draft, event, layers);
    case "undo":
      return undo(draft, layers);
    case "redo":
      return redo(draft, layers);
  }
}

function stroked(
  draft: Draft,
  event: Extract<Event, readonly ["stroke", ...unknown[]]>,
  layers: MaskLayers,
): Draft {
  const [, value, shape, diameter, way] = event;
  const delta = startStroke(value);
  const places = unpackWay(way);
  places.forEach((place, index) => {
    paintLine(layers, delta, places[index - 1] ?? place, place, diameter, shape);
  });
  return addStroke(draft, delta);
}

function painted(
  draft: Draft,
  event: Extract<Event, readonly ["paint", ...unknown[]]>,
  layers: MaskLayers,
): Draft {
  const [, value, x, y, width, height, counts] = event;
  const cut = decodeRle(counts, width, height);
  const delta = paintSpans(layers, value, (found) =>
    forEachRun(cut, findRuns(cut, 1), (_run, left, top, length) =>
      found(y + top, x + left, x + left + length),
    ),
  );
  return addStroke(draft, delta);
}

async function answered(
  draft: Draft,
  [, askId, refined, candidate]: Extract<Event, readonly ["answer", ...unknown[]]>,
  threshold: number,
  decode: Decode,
): Promise<Draft> {
  const ask = draft.asks.get(askId);
  if (!ask) return draft;
  const previous = draft.asks.get(refined)?.candidates?.[candidate]?.logits ?? null;
  const candidates = await decode({ points: ask.points, box: ask.box, previous });
  return setAnswer(draft, askId, bySize(candidates, threshold));
}
