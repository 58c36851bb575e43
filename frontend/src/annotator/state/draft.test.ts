import { describe, expect, it } from "vitest";
import { ADDED, createLayers, ERASED, type PaintValue } from "../masks/layers";
import { paintLine, startStroke } from "../masks/paint";
import { sameBytes } from "../testing/sameBytes";
import {
  addClick,
  addStroke,
  type Draft,
  EMPTY_DRAFT,
  isUntouched,
  nextRequest,
  type Prediction,
  prompts,
  redo,
  removeLastClick,
  setPrediction,
  shownPrediction,
  source,
  undo,
} from "./draft";

const point = (x: number, label: 0 | 1 = 1) => ({ x, y: 5, label });

function answer(value: number): Prediction {
  return { logits: { data: Float32Array.of(value), side: 1 }, predictedIou: 0.9 };
}

function click(draft: Draft, x: number, label: 0 | 1 = 1): Draft {
  return addClick(draft, point(x, label));
}

const layers = () => createLayers(64, 64);

function stroke(draft: Draft, on: ReturnType<typeof layers>, value: PaintValue, x: number): Draft {
  const delta = startStroke(value);
  paintLine(on, delta, { x, y: 10 }, { x: x + 10, y: 10 }, 6);
  return addStroke(draft, delta);
}

describe("clicks", () => {
  it("ask the decoder with all points and refine the latest answer", () => {
    let draft = click(EMPTY_DRAFT, 1);
    expect(nextRequest(draft)).toEqual({ clickId: 1, points: [point(1)], previous: null });
    draft = setPrediction(draft, 1, answer(7));
    expect(nextRequest(draft)).toBeNull();
    draft = click(draft, 2, 0);
    expect(nextRequest(draft)?.points).toEqual([point(1), point(2, 0)]);
    expect(nextRequest(draft)?.previous?.data[0]).toBe(7);
  });

  it("faster than the decoder: only the last one is asked for, and the mask shown stays until it is answered", () => {
    let draft = setPrediction(click(EMPTY_DRAFT, 1), 1, answer(7));
    draft = click(click(draft, 2), 3);
    expect(nextRequest(draft)?.clickId).toBe(3);
    expect(shownPrediction(draft)?.logits.data[0]).toBe(7);
    draft = setPrediction(draft, 3, answer(9));
    expect(shownPrediction(draft)?.logits.data[0]).toBe(9);
  });

  it("undone show the earlier answer without asking the decoder again, and redone theirs", () => {
    let draft = setPrediction(click(EMPTY_DRAFT, 1), 1, answer(7));
    draft = setPrediction(click(draft, 2), 2, answer(8));
    draft = undo(draft, layers());
    expect(shownPrediction(draft)?.logits.data[0]).toBe(7);
    expect(nextRequest(draft)).toBeNull();
    draft = redo(draft, layers());
    expect(shownPrediction(draft)?.logits.data[0]).toBe(8);
    expect(nextRequest(draft)).toBeNull();
  });

  it("answered while undone have their answer when they come back", () => {
    let draft = undo(click(EMPTY_DRAFT, 1), layers());
    draft = setPrediction(draft, 1, answer(5));
    expect(shownPrediction(draft)).toBeNull();
    expect(shownPrediction(redo(draft, layers()))?.logits.data[0]).toBe(5);
  });

  it("removed by Backspace come back with undo, at their place", () => {
    let draft = setPrediction(click(EMPTY_DRAFT, 1), 1, answer(7));
    draft = setPrediction(click(draft, 2), 2, answer(8));
    draft = removeLastClick(draft);
    expect(prompts(draft).points).toEqual([point(1)]);
    expect(prompts(undo(draft, layers())).points).toEqual([point(1), point(2)]);
    expect(removeLastClick(EMPTY_DRAFT)).toBe(EMPTY_DRAFT);
  });
});

describe("history", () => {
  it("takes back clicks and strokes in the order they were made", () => {
    const on = layers();
    let draft = stroke(click(EMPTY_DRAFT, 1), on, ADDED, 5);
    const painted = on.paint.slice();
    draft = stroke(click(draft, 2, 0), on, ERASED, 8);
    const erased = on.paint.slice();
    expect(prompts(draft)).toEqual({ points: [point(1), point(2, 0)], strokes: { brush: 1, erase: 1 } });

    draft = undo(draft, on);
    expect(sameBytes(on.paint, painted)).toBe(true);
    draft = undo(draft, on);
    expect(prompts(draft)).toEqual({ points: [point(1)], strokes: { brush: 1, erase: 0 } });
    draft = undo(undo(draft, on), on);
    expect(isUntouched(draft)).toBe(true);
    expect(on.paint.every((value) => value === 0)).toBe(true);
    expect(undo(draft, on)).toBe(draft);

    for (let i = 0; i < 4; i++) draft = redo(draft, on);
    expect(sameBytes(on.paint, erased)).toBe(true);
    expect(prompts(draft).points).toHaveLength(2);
    expect(redo(draft, on)).toBe(draft);
  });

  it("forgets what was undone when something new is done", () => {
    const draft = click(undo(click(EMPTY_DRAFT, 1), layers()), 2);
    expect(redo(draft, layers())).toBe(draft);
  });

  it("does not record a stroke that touched nothing", () => {
    expect(addStroke(EMPTY_DRAFT, startStroke(ADDED))).toBe(EMPTY_DRAFT);
  });
});

it("says how a mask came about", () => {
  const clicked = click(EMPTY_DRAFT, 1);
  expect(source(clicked)).toBe("clicked");
  expect(source(stroke(clicked, layers(), ERASED, 3))).toBe("clicked_painted");
  expect(source(stroke(EMPTY_DRAFT, layers(), ADDED, 3))).toBe("painted");
});
