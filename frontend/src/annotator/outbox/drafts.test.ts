import "fake-indexeddb/auto";
import { expect, it } from "vitest";
import { ADDED, createLayers, ERASED, finalMask } from "../masks/layers";
import { paintLine, startStroke } from "../masks/paint";
import {
  addClick,
  addStroke,
  type Draft,
  EMPTY_DRAFT,
  prompts,
  setPrediction,
  shownPrediction,
  undo,
} from "../state/draft";
import { sameBytes } from "../testing/sameBytes";
import { openWorkDb } from "./database";
import { findDraft, keepDraft, packDraft, unpackDraft } from "./drafts";

const IMAGE = { id: "i", width: 90, height: 60 };

function halfMade() {
  const layers = createLayers(IMAGE.width, IMAGE.height);
  let draft: Draft = addClick(EMPTY_DRAFT, { x: 4, y: 5, label: 1 });
  draft = setPrediction(draft, 1, {
    logits: { data: Float32Array.of(1, 2, 3, 4), side: 2 },
    predictedIou: 0.7,
  });
  draft = addClick(draft, { x: 9, y: 5, label: 0 });
  for (const [value, x] of [
    [ADDED, 10],
    [ERASED, 20],
  ] as const) {
    const delta = startStroke(value);
    paintLine(layers, delta, { x, y: 30 }, { x: x + 30, y: 40 }, 8);
    draft = addStroke(draft, delta);
  }
  return { layers, draft };
}

it("a half-made mask comes back from the disk as it was, and its clicks can be undone", async () => {
  const db = await openWorkDb();
  const { layers, draft } = halfMade();
  await keepDraft(db, packDraft("i", "decoder-1", draft, layers, 1234));
  const kept = await findDraft(db, IMAGE, "decoder-1");
  if (!kept) throw new Error("not kept");
  const again = createLayers(IMAGE.width, IMAGE.height);
  const restored = unpackDraft(kept, again, 40);
  expect(sameBytes(again.paint, layers.paint)).toBe(true);
  expect(finalMask(again).areaPx).toBe(finalMask(layers).areaPx);
  expect(prompts(restored)).toEqual(prompts(draft));
  expect(shownPrediction(restored)?.predictedIou).toBe(0.7);
  expect(kept.countedMs).toBe(1234);
  expect(prompts(undo(restored, again)).points).toEqual([{ x: 4, y: 5, label: 1 }]);

  // Another decoder answers anew; another size is another picture; nothing in it means nothing is kept.
  const other = await findDraft(db, IMAGE, "decoder-2");
  expect(other?.clicks.map((click) => click.prediction)).toEqual([null, null]);
  expect(await findDraft(db, { ...IMAGE, width: 91 }, "decoder-1")).toBeNull();
  await keepDraft(db, packDraft("i", "decoder-1", EMPTY_DRAFT, createLayers(90, 60), 0));
  expect(await findDraft(db, IMAGE, "decoder-1")).toBeNull();
});
