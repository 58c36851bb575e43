import { describe, expect, it } from "vitest";
import type { MaskSource } from "../../api/types";
import { ADDED, createLayers, ERASED, type PaintValue } from "../masks/layers";
import { paintLine, startStroke } from "../masks/paint";
import type { ListedMask } from "../outbox/changes";
import { sameBytes } from "../testing/sameBytes";
import {
  addPoint,
  addStroke,
  askOf,
  candidateBeside,
  chooseCandidate,
  type Draft,
  EMPTY_DRAFT,
  isUntouched,
  movePoint,
  nextRequest,
  type Prediction,
  prompts,
  redo,
  refining,
  removePoint,
  type Start,
  setAnswer,
  setBox,
  shownPrediction,
  source,
  undo,
} from "./draft";

const point = (x: number, label: 0 | 1 = 1) => ({ x, y: 5, label });
const BOX = { left: 1, top: 2, right: 30, bottom: 40 };

function answer(value: number, predictedIou = 0.9): Prediction {
  return { logits: { data: Float32Array.of(value), side: 1 }, predictedIou };
}

function click(draft: Draft, x: number, label: 0 | 1 = 1): Draft {
  return addPoint(draft, point(x, label));
}

/** Clicked, and answered by one mask. */
function clicked(draft: Draft, x: number, value: number): Draft {
  const asked = click(draft, x);
  return setAnswer(asked, asked.ask, [answer(value)]);
}

const shown = (draft: Draft) => shownPrediction(draft)?.logits.data[0];
const layers = () => createLayers(64, 64);

function stroke(draft: Draft, on: ReturnType<typeof layers>, value: PaintValue, x: number): Draft {
  const delta = startStroke(value);
  paintLine(on, delta, { x, y: 10 }, { x: x + 10, y: 10 }, 6);
  return addStroke(draft, delta);
}

describe("points", () => {
  it("ask the decoder with all points and refine the latest answer", () => {
    let draft = click(EMPTY_DRAFT, 1);
    expect(nextRequest(draft)).toEqual({
      askId: 1,
      refined: -1,
      candidate: 0,
      prompt: { points: [point(1)], box: null, previous: null },
    });
    draft = setAnswer(draft, 1, [answer(7)]);
    expect(nextRequest(draft)).toBeNull();
    draft = click(draft, 2, 0);
    expect(nextRequest(draft)?.prompt.points).toEqual([point(1), point(2, 0)]);
    expect(nextRequest(draft)?.prompt.previous?.data[0]).toBe(7);
  });

  it("faster than the decoder: only the last one is asked for, and the mask shown stays until it is answered", () => {
    let draft = click(click(clicked(EMPTY_DRAFT, 1, 7), 2), 3);
    expect(nextRequest(draft)?.askId).toBe(3);
    expect(shown(draft)).toBe(7);
    draft = setAnswer(draft, 3, [answer(9)]);
    expect(shown(draft)).toBe(9);
  });

  it("undone show the earlier answer without asking the decoder again, and redone theirs", () => {
    let draft = clicked(clicked(EMPTY_DRAFT, 1, 7), 2, 8);
    draft = undo(draft, layers());
    expect(shown(draft)).toBe(7);
    expect(nextRequest(draft)).toBeNull();
    draft = redo(draft, layers());
    expect(shown(draft)).toBe(8);
    expect(nextRequest(draft)).toBeNull();
  });

  it("answered while undone have their answer when they come back", () => {
    let draft = undo(click(EMPTY_DRAFT, 1), layers());
    draft = setAnswer(draft, 1, [answer(5)]);
    expect(shownPrediction(draft)).toBeNull();
    expect(shown(redo(draft, layers()))).toBe(5);
  });

  it("moved are asked about anew, without what was answered to their old place", () => {
    let draft = movePoint(clicked(clicked(EMPTY_DRAFT, 1, 7), 2, 8), 0, { x: 20, y: 21 });
    expect(nextRequest(draft)).toMatchObject({
      askId: 3,
      prompt: { points: [{ x: 20, y: 21, label: 1 }, point(2)], box: null, previous: null },
    });
    expect(movePoint(draft, 1, { x: 2, y: 5 })).toBe(draft);
    draft = undo(draft, layers());
    expect(prompts(draft).points).toEqual([point(1), point(2)]);
    expect(shown(draft)).toBe(8);
  });

  it("removed last go back to the answer before them; others are asked about anew", () => {
    const draft = clicked(clicked(EMPTY_DRAFT, 1, 7), 2, 8);
    const last = removePoint(draft, 1);
    expect(prompts(last).points).toEqual([point(1)]);
    expect(shown(last)).toBe(7);
    expect(nextRequest(last)).toBeNull();
    expect(prompts(undo(last, layers())).points).toEqual([point(1), point(2)]);

    const first = removePoint(draft, 0);
    expect(nextRequest(first)?.prompt.points).toEqual([point(2)]);
    expect(nextRequest(first)?.prompt.previous).toBeNull();
    expect(isUntouched(removePoint(first, 0))).toBe(true);
    expect(removePoint(EMPTY_DRAFT, -1)).toBe(EMPTY_DRAFT);
  });
});

describe("a box", () => {
  it("is asked about alone and with points, and a second one replaces it", () => {
    let draft = setBox(EMPTY_DRAFT, BOX);
    expect(nextRequest(draft)).toMatchObject({ askId: 1, prompt: { points: [], box: BOX, previous: null } });
    draft = click(setAnswer(draft, 1, [answer(3)]), 4, 0);
    expect(nextRequest(draft)).toMatchObject({ prompt: { points: [point(4, 0)], box: BOX } });
    expect(nextRequest(draft)?.prompt.previous?.data[0]).toBe(3);
    draft = setBox(draft, { ...BOX, right: 50 });
    expect(nextRequest(draft)?.prompt.previous).toBeNull();
    expect(prompts(draft)).toMatchObject({ points: [point(4, 0)], box: [1, 2, 50, 40] });
    expect(source(draft)).toBe("clicked");
  });
});

describe("candidates", () => {
  const stepCandidate = (draft: Draft, by: 1 | -1) => chooseCandidate(draft, candidateBeside(draft, by));
  const three = [answer(1, 0.5), answer(2, 0.9), answer(3, 0.7)];
  const asked = setAnswer(click(EMPTY_DRAFT, 1), 1, three);

  it("begin with the most confident and go round in both directions", () => {
    expect(shown(asked)).toBe(2);
    expect(shown(stepCandidate(asked, 1))).toBe(3);
    expect(shown(stepCandidate(stepCandidate(asked, 1), 1))).toBe(1);
    expect(shown(stepCandidate(asked, -1))).toBe(1);
    expect(prompts(stepCandidate(asked, 1)).candidate).toBe(2);
  });

  it("chosen can be taken back, and are what the next click refines", () => {
    const chosen = stepCandidate(asked, 1);
    expect(shown(undo(chosen, layers()))).toBe(2);
    expect(shown(redo(undo(chosen, layers()), layers()))).toBe(3);
    expect(nextRequest(click(chosen, 2))?.prompt.previous?.data[0]).toBe(3);
  });

  it("are no choice where there is one answer", () => {
    const draft = clicked(EMPTY_DRAFT, 1, 7);
    expect(stepCandidate(draft, 1)).toBe(draft);
    expect(prompts(draft).candidate).toBeNull();
  });
});

describe("a saved mask that is corrected", () => {
  const from = (source: MaskSource): Start => ({
    mask: { id: "m", version: 3, source } as ListedMask,
    shape: { x: 0, y: 0, width: 1, height: 1, data: Uint8Array.of(1) },
  });
  const draft = refining(from("painted"), { data: Float32Array.of(4), side: 1 });

  it("is shown before anything is asked, and refined by the first click", () => {
    expect(isUntouched(draft)).toBe(true);
    expect(shown(draft)).toBe(4);
    expect(nextRequest(draft)).toBeNull();
    expect(nextRequest(click(draft, 1))?.prompt.previous?.data[0]).toBe(4);
    expect(shown(undo(clicked(draft, 1, 6), layers()))).toBe(4);
  });

  it("is what a moved point refines", () => {
    expect(nextRequest(movePoint(clicked(draft, 1, 6), 0, { x: 9, y: 9 }))?.prompt.previous?.data[0]).toBe(4);
  });

  it("keeps how it came about", () => {
    expect(source(click(draft, 1))).toBe("clicked_painted");
    expect(source(stroke(draft, layers(), ADDED, 3))).toBe("painted");
    const imported = refining(from("imported"), { data: Float32Array.of(4), side: 1 });
    expect(source(click(imported, 1))).toBe("edited");
  });
});

describe("history", () => {
  it("takes back points and strokes in the order they were made", () => {
    const on = layers();
    let draft = stroke(click(EMPTY_DRAFT, 1), on, ADDED, 5);
    const painted = on.paint.slice();
    draft = stroke(click(draft, 2, 0), on, ERASED, 8);
    const erased = on.paint.slice();
    expect(prompts(draft)).toMatchObject({
      points: [point(1), point(2, 0)],
      strokes: { brush: 1, erase: 1 },
    });

    draft = undo(draft, on);
    expect(sameBytes(on.paint, painted)).toBe(true);
    draft = undo(draft, on);
    expect(prompts(draft)).toMatchObject({ points: [point(1)], strokes: { brush: 1, erase: 0 } });
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
    expect(askOf(draft).points).toEqual([point(2)]);
  });

  it("does not record a stroke that touched nothing", () => {
    expect(addStroke(EMPTY_DRAFT, startStroke(ADDED))).toBe(EMPTY_DRAFT);
  });
});

it("says how a mask came about", () => {
  const draft = click(EMPTY_DRAFT, 1);
  expect(source(draft)).toBe("clicked");
  expect(source(stroke(draft, layers(), ERASED, 3))).toBe("clicked_painted");
  expect(source(stroke(EMPTY_DRAFT, layers(), ADDED, 3))).toBe("painted");
});
