import { finalMask } from "../testing/finalMask";
import "fake-indexeddb/auto";
import { beforeEach, expect, it, vi } from "vitest";
import { ADDED, createLayers, ERASED } from "../masks/layers";
import { paintLine, startStroke } from "../masks/paint";
import {
  addPoint,
  addStroke,
  type Draft,
  EMPTY_DRAFT,
  prompts,
  redo,
  refining,
  setAnswer,
  shownPrediction,
  undo,
} from "../state/draft";
import { logged, packWay } from "../state/log";
import { Stroke } from "../state/Stroke";
import { sameBytes } from "../testing/sameBytes";
import type { ListedMask } from "./changes";
import { openWorkDb } from "./database";
import { DraftKeeper, type KeptDraft } from "./drafts";

const IMAGE = { id: "i", width: 90, height: 60 };
const db = await openWorkDb("anna");

beforeEach(async () => {
  await db.clear("drafts");
  await db.clear("draftParts");
});

function paint(draft: Draft, layers: ReturnType<typeof createLayers>, value: typeof ADDED | typeof ERASED) {
  const x = value === ADDED ? 10 : 20;
  const delta = startStroke(value);
  paintLine(layers, delta, { x, y: 30 }, { x: x + 30, y: 40 }, 8);
  return addStroke(draft, delta);
}

function halfMade() {
  const layers = createLayers(IMAGE.width, IMAGE.height);
  let draft: Draft = addPoint(EMPTY_DRAFT, { x: 4, y: 5, label: 1 });
  draft = setAnswer(draft, 1, [
    { logits: { data: Float32Array.of(1, 2, 3, 4), side: 2 }, predictedIou: 0.7 },
  ]);
  draft = addPoint(draft, { x: 9, y: 5, label: 0 });
  draft = paint(paint(draft, layers, ADDED), layers, ERASED);
  return { layers, draft };
}

function work(draft: Draft, part: Partial<KeptDraft> = {}): KeptDraft {
  return { draft, outline: null, countedMs: 0, ...part };
}

async function restored(image = IMAGE, decoder = "decoder-1") {
  const layers = createLayers(image.width, image.height);
  const kept = await new DraftKeeper(db, image, decoder).restore(layers);
  return kept && { ...kept, layers };
}

it("a half-made mask comes back from the disk as it was, and every step of it can be taken back", async () => {
  const { layers, draft } = halfMade();
  await new DraftKeeper(db, IMAGE, "decoder-1").keep(work(draft, { countedMs: 1234 }), layers);
  const kept = await restored();
  if (!kept) throw new Error("not kept");
  expect(sameBytes(kept.layers.paint, layers.paint)).toBe(true);
  expect(finalMask(kept.layers).areaPx).toBe(finalMask(layers).areaPx);
  expect(prompts(kept.draft)).toEqual(prompts(draft));
  expect(shownPrediction(kept.draft)?.predictedIou).toBe(0.7);
  expect(kept.countedMs).toBe(1234);

  let [here, there] = [draft, kept.draft];
  for (let step = 0; step < 4; step++) {
    [here, there] = [undo(here, layers), undo(there, kept.layers)];
    expect(sameBytes(kept.layers.paint, layers.paint)).toBe(true);
    expect(prompts(there)).toEqual(prompts(here));
  }
});

it("an outline that is not closed yet comes back, also with nothing else, and is forgotten when it is dropped", async () => {
  const outline = { value: ADDED, corners: [{ x: 1.5, y: 2 }], isFreehand: false } as const;
  const layers = createLayers(IMAGE.width, IMAGE.height);
  const keeper = new DraftKeeper(db, IMAGE, "decoder-1");
  await keeper.keep(work(EMPTY_DRAFT, { outline }), layers);
  expect((await restored())?.outline).toEqual(outline);
  await keeper.keep(work(EMPTY_DRAFT), layers);
  expect(await restored()).toBeNull();
});

it("what was undone before a reload can be done again after it", async () => {
  const { layers, draft } = halfMade();
  const painted = layers.paint.slice();
  const keeper = new DraftKeeper(db, IMAGE, "decoder-1");
  await keeper.keep(work(draft), layers);
  await keeper.keep(work(undo(undo(undo(draft, layers), layers), layers)), layers);
  const kept = await restored();
  if (!kept) throw new Error("not kept");
  let again = kept.draft;
  for (let step = 0; step < 3; step++) again = redo(again, kept.layers);
  expect(sameBytes(kept.layers.paint, painted)).toBe(true);
  expect(prompts(again)).toEqual(prompts(draft));
});

it("the next mask on the image is not mixed up with the one before", async () => {
  const { layers, draft } = halfMade();
  const keeper = new DraftKeeper(db, IMAGE, "decoder-1");
  await keeper.keep(work(draft), layers);
  keeper.startOver();
  const next = addPoint(EMPTY_DRAFT, { x: 50, y: 50, label: 1 });
  await keeper.keep(work(next), createLayers(IMAGE.width, IMAGE.height));
  expect((await restored())?.draft).toEqual(next);
});

it("a correction begun after another mask was undone to nothing is not mixed up with that one's steps", async () => {
  const { layers, draft } = halfMade();
  const keeper = new DraftKeeper(db, IMAGE, "decoder-1");
  await keeper.keep(work(logged(draft, 5, "point", ["undo"])), layers);
  let nothing = draft;
  while (nothing.done.length > 0) nothing = undo(nothing, layers);
  await keeper.keep(work(nothing), layers);
  const shape = { x: 0, y: 0, width: 1, height: 1, data: Uint8Array.of(1) };
  const mask = { id: "saved" } as ListedMask;
  let next = refining({ mask, shape }, { data: Float32Array.of(1, 2, 3, 4), side: 2 });
  next = logged(addPoint(next, { x: 1, y: 2, label: 0 }), 7, "point", ["point", 1, 2, 0]);
  await keeper.keep(work(next), layers);
  expect((await restored())?.draft).toEqual(next);
});

it("after a long stroke a short one writes little: its own pixels and what was said since", async () => {
  const image = { id: "large", width: 3000, height: 2000 };
  const layers = createLayers(image.width, image.height);
  const keeper = new DraftKeeper(db, image, "decoder-1");
  const painted = (draft: Draft, y: number, places: number) => {
    const stroke = new Stroke(layers, ADDED, "round", 40);
    const way = Array.from({ length: places }, (_, i) => ({ x: 100 + i, y: y + (i % 200) }));
    for (const place of way) stroke.extend(place);
    return logged(addStroke(draft, stroke.delta), y, "brush", ["stroke", ADDED, "round", 40, packWay(way)]);
  };
  const long = painted(EMPTY_DRAFT, 100, 2800);
  await keeper.keep(work(long), layers);
  const put = vi.spyOn(IDBObjectStore.prototype, "put");
  await keeper.keep(work(painted(long, 1500, 3)), layers);
  const written = put.mock.calls.map(([value, key]) => ({
    value,
    name: Array.isArray(key) ? key[1] : "draft",
  }));
  put.mockRestore();
  expect(written.map(({ name }) => name)).toEqual(["step 2", "log 2", "paint 60", "draft"]);
  expect(JSON.stringify(written.at(-1)?.value).length).toBeLessThan(500);
  expect(sameBytes((await restored(image))?.layers.paint as Uint8Array, layers.paint)).toBe(true);
});

it("a stroke that is still being drawn is not in what is kept", async () => {
  const { layers, draft } = halfMade();
  const before = layers.paint.slice();
  const stroke = new Stroke(layers, ADDED, "round", 12);
  stroke.extend({ x: 30, y: 30 });
  const during = layers.paint.slice();
  const keeper = new DraftKeeper(db, IMAGE, "decoder-1");
  await stroke.without(() => keeper.keep(work(draft), layers));
  expect(sameBytes(layers.paint, during)).toBe(true);
  expect(sameBytes((await restored())?.layers.paint as Uint8Array, before)).toBe(true);
});

it("another decoder answers anew, another size is another picture, and nothing is not kept", async () => {
  const { layers, draft } = halfMade();
  const keeper = new DraftKeeper(db, IMAGE, "decoder-1");
  await keeper.keep(work(draft), layers);
  const other = await restored(IMAGE, "decoder-2");
  expect(other && shownPrediction(other.draft)).toBeNull();
  expect(other && prompts(other.draft).points).toEqual(prompts(draft).points);
  expect(await restored({ ...IMAGE, width: 91 })).toBeNull();
  await keeper.keep(work(EMPTY_DRAFT), createLayers(IMAGE.width, IMAGE.height));
  expect(await restored()).toBeNull();
  expect(await db.count("draftParts")).toBe(0);
});
