import { describe, expect, it } from "vitest";
import { bySize } from "../masks/candidates";
import { Guide } from "../masks/edges";
import { fillHoles, grow, shrink } from "../masks/edits";
import { ADDED, createLayers, ERASED, type MaskLayers } from "../masks/layers";
import { paintLine, startStroke } from "../masks/paint";
import { paintPolygon } from "../masks/polygon";
import { finalMask } from "../testing/finalMask";
import { sameBytes } from "../testing/sameBytes";
import {
  addPoint,
  addStroke,
  candidateBeside,
  chooseCandidate,
  type Draft,
  EMPTY_DRAFT,
  movePoint,
  nextRequest,
  type Prediction,
  type Prompt,
  redo,
  removePoint,
  setAnswer,
  setBox,
  setFinish,
  undo,
} from "./draft";
import { type Event, finishEvent, loggable, logged, packWay, paintEvent, unpackWay } from "./log";
import { replay } from "./replay";
import { showAnswer } from "./shown";

const SIZE = { width: 96, height: 64 };
const SIDE = 24;
const THRESHOLD = 0;
/** Stripes of two colours. */
const GUIDE = new Guide(
  { ...SIZE, data: new Uint8ClampedArray(4 * SIZE.width * SIZE.height).map((_, i) => 60 * ((i >> 5) % 4)) },
  SIZE,
);

/** Some answer that depends on everything that is asked: blobs around the points, moved by what is refined. */
function answersTo({ points, box, previous }: Prompt): Prediction[] {
  const ambiguous = points.length === 1 && !box && !previous;
  return (ambiguous ? [3, 5, 4] : [6]).map((radius, candidate) => {
    const data = new Float32Array(SIDE * SIDE).fill(-2);
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        const near = points.map((p) => (p.label ? 1 : -2) * (radius - Math.hypot(x - p.x / 4, y - p.y / 4)));
        const inBox = box && x * 4 >= box.left && x * 4 < box.right && y * 4 >= box.top && y * 4 < box.bottom;
        data[y * SIDE + x] =
          Math.max(-4, ...near, inBox ? 1 : -4) + 0.1 * (previous?.data[y * SIDE + x] ?? 0);
      }
    return { logits: { data, side: SIDE }, predictedIou: 0.5 + 0.1 * candidate };
  });
}

/** Numbers from 0 to `below`, the same for the same seed. */
function dice(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function atWork(seed: number, steps: number) {
  const roll = dice(seed);
  const layers = createLayers(SIZE.width, SIZE.height);
  let draft: Draft = EMPTY_DRAFT;
  const place = () => ({ x: roll(SIZE.width), y: roll(SIZE.height) });
  const change = (changed: Draft, event: Event) => {
    if (changed !== draft) draft = logged(changed, 10 * draft.log.length, "point", event);
    showAnswer(layers, draft, THRESHOLD, GUIDE);
  };
  const edit = (paint: (on: MaskLayers) => ReturnType<typeof grow>) => {
    const delta = paint(layers);
    change(addStroke(draft, delta), paintEvent(layers, delta));
  };
  const todo: (() => void)[] = [
    () => {
      const [at, label] = [place(), roll(2) as 0 | 1];
      change(addPoint(draft, { ...at, label }), ["point", at.x, at.y, label]);
    },
    () => {
      const request = nextRequest(draft);
      if (!request) return;
      const candidates = bySize(answersTo(request.prompt), THRESHOLD);
      const { askId, refined, candidate } = request;
      change(setAnswer(draft, askId, candidates), ["answer", askId, refined, candidate]);
    },
    () => {
      const [index, to] = [roll(3), place()];
      change(movePoint(draft, index, to), ["move", index, to.x, to.y]);
    },
    () => {
      const index = roll(3);
      change(removePoint(draft, index), ["remove", index]);
    },
    () => {
      const { x, y } = place();
      change(setBox(draft, { left: x, top: y, right: x + 20, bottom: y + 15 }), [
        "box",
        x,
        y,
        x + 20,
        y + 15,
      ]);
    },
    () => {
      const candidate = candidateBeside(draft, 1);
      change(chooseCandidate(draft, candidate), ["choose", candidate]);
    },
    () => {
      const [value, shape] = [roll(2) ? ADDED : ERASED, roll(2) ? "round" : "square"] as const;
      const delta = startStroke(value);
      const way = [place(), place(), { ...place(), pressure: 0.3 + roll(100) / 77 }].map(
        ({ x, y, ...rest }) => loggable({ x: x + 0.123, y: y + 0.77, ...rest }),
      );
      way.forEach((at, i) => {
        paintLine(layers, delta, way[i - 1] ?? at, at, 7, shape);
      });
      change(addStroke(draft, delta), ["stroke", value, shape, 7, packWay(way)]);
    },
    () => {
      const finish = { specksPercent: 20 * roll(3), followEdges: roll(2) === 1 };
      change(setFinish(draft, finish), finishEvent(finish));
    },
    () => edit(fillHoles),
    () => edit(grow),
    () => edit(shrink),
    () => edit((on) => paintPolygon(on, roll(2) ? ADDED : ERASED, [place(), place(), place()])),
    () => change(undo(draft, layers), ["undo"]),
    () => change(redo(draft, layers), ["redo"]),
  ];
  for (let step = 0; step < steps; step++) (todo[roll(todo.length)] as () => void)();
  return { draft, layers };
}

describe("a log", () => {
  it.each(
    Array.from({ length: 30 }, (_, seed) => seed),
  )("replayed gives the identical mask (%i)", async (seed) => {
    const { draft, layers } = atWork(seed, 60);
    const sent = JSON.parse(JSON.stringify(draft.log));
    const again = await replay(sent, SIZE, THRESHOLD, GUIDE, async (prompt) => answersTo(prompt));
    expect(sameBytes(finalMask(again.layers).mask, finalMask(layers).mask)).toBe(true);
    expect(again.draft.strokes).toEqual(draft.strokes);
  });

  it("names the tool where it changes", () => {
    let draft = logged(EMPTY_DRAFT, 0, "point", ["point", 1, 2, 1]);
    draft = logged(logged(draft, 700.4, "brush", ["undo"]), 900, "brush", ["redo"]);
    expect(draft.log).toEqual([
      [0, "tool", "point"],
      [0, "point", 1, 2, 1],
      [700, "tool", "brush"],
      [700, "undo"],
      [900, "redo"],
    ]);
  });

  it("keeps a stroke's way as it was painted", () => {
    const way = [
      { x: 10.0625, y: 3 },
      { x: -4.5, y: 700.9375, pressure: 1.5 },
    ].map(loggable);
    expect(unpackWay(packWay(way))).toEqual(way);
    expect(packWay(way).every(Number.isInteger)).toBe(true);
  });
});
