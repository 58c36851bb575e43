import { finalMask } from "../testing/finalMask";
import "fake-indexeddb/auto";
import { beforeEach, expect, it } from "vitest";
import { ADDED, createLayers, ERASED } from "../masks/layers";
import { paintLine, startStroke } from "../masks/paint";
import {
  addPoint,
  addStroke,
  type Draft,
  EMPTY_DRAFT,
  prompts,
  redo,
  setAnswer,
  shownPrediction,
  undo,
} from "../state/draft";
import { sameBytes } from "../testing/sameBytes";
import { openWorkDb } from "./database";
import { DraftKeeper } from "./drafts";

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

async function restored(image = IMAGE, decoder = "decoder-1") {
  const layers = createLayers(image.width, image.height);
  const kept = await new DraftKeeper(db, image, decoder).restore(layers);
  return kept && { ...kept, layers };
}

it("a half-made mask comes back from the disk as it was, and every step of it can be taken back", async () => {
  const { layers, draft } = halfMade();
  await new DraftKeeper(db, IMAGE, "decoder-1").keep(draft, layers, 1234);
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

it("what was undone before a reload can be done again after it", async () => {
  const { layers, draft } = halfMade();
  const painted = layers.paint.slice();
  const keeper = new DraftKeeper(db, IMAGE, "decoder-1");
  await keeper.keep(draft, layers, 0);
  await keeper.keep(undo(undo(undo(draft, layers), layers), layers), layers, 0);
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
  await keeper.keep(draft, layers, 0);
  keeper.startOver();
  const next = addPoint(EMPTY_DRAFT, { x: 50, y: 50, label: 1 });
  await keeper.keep(next, createLayers(IMAGE.width, IMAGE.height), 0);
  expect((await restored())?.draft).toEqual(next);
});

it("another decoder answers anew, another size is another picture, and nothing is not kept", async () => {
  const { layers, draft } = halfMade();
  const keeper = new DraftKeeper(db, IMAGE, "decoder-1");
  await keeper.keep(draft, layers, 0);
  const other = await restored(IMAGE, "decoder-2");
  expect(other && shownPrediction(other.draft)).toBeNull();
  expect(other && prompts(other.draft).points).toEqual(prompts(draft).points);
  expect(await restored({ ...IMAGE, width: 91 })).toBeNull();
  await keeper.keep(EMPTY_DRAFT, createLayers(IMAGE.width, IMAGE.height), 0);
  expect(await restored()).toBeNull();
  expect(await db.count("draftParts")).toBe(0);
});
