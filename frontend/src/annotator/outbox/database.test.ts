import "fake-indexeddb/auto";
import { openDB } from "idb";
import { afterEach, expect, it, vi } from "vitest";
import { ADDED, createLayers, ERASED } from "../masks/layers";
import { paintLine, startStroke } from "../masks/paint";
import { addStroke, EMPTY_DRAFT, undo } from "../state/draft";
import { logged } from "../state/log";
import { sameBytes } from "../testing/sameBytes";
import { openWorkDb } from "./database";
import { DraftKeeper } from "./drafts";

const IMAGE = { id: "i", width: 700, height: 300 };

afterEach(() => {
  indexedDB.deleteDatabase("maskloop-anna");
});

function openSecondVersion() {
  return openDB("maskloop-anna", 2, {
    upgrade(db) {
      db.createObjectStore("changes", { keyPath: "seq", autoIncrement: true });
      db.createObjectStore("drafts", { keyPath: "imageId" });
      db.createObjectStore("draftParts");
    },
  });
}

it("a half-made mask that the version before has kept is still there, with its undo steps", async () => {
  const layers = createLayers(IMAGE.width, IMAGE.height);
  let draft = EMPTY_DRAFT;
  for (const [value, y] of [
    [ADDED, 40],
    [ERASED, 60],
  ] as const) {
    const delta = startStroke(value);
    paintLine(layers, delta, { x: 20, y }, { x: 600, y: y + 200 }, 30);
    draft = logged(addStroke(draft, delta), y, "brush", ["redo"]);
  }
  const { x, y, width, height } = layers.paintBounds;
  const paint = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * IMAGE.width + x;
    paint.set(layers.paint.subarray(start, start + width), row * width);
  }
  const before = await openSecondVersion();
  for (const step of draft.done) await before.put("draftParts", step, ["i", `step ${step.id}`]);
  await before.put("draftParts", draft.asks.get(0), ["i", "ask 0"]);
  const { strokes, nextAskId, nextStepId, log } = draft;
  const lists = { asks: [0], done: [1, 2], undone: [] };
  await before.put("drafts", {
    ...{ imageId: "i", width: IMAGE.width, height: IMAGE.height, decoder: "d", start: null, ask: 0 },
    ...{ ...lists, strokes, nextAskId, nextStepId, log },
    ...{ paintBounds: layers.paintBounds, paint, countedMs: 99 },
  });
  before.close();

  const db = await openWorkDb("anna");
  const restored = createLayers(IMAGE.width, IMAGE.height);
  const kept = await new DraftKeeper(db, IMAGE, "d").restore(restored);
  expect(kept).toEqual({ draft, outline: null, countedMs: 99 });
  expect(sameBytes(restored.paint, layers.paint)).toBe(true);
  if (kept) undo(kept.draft, restored);
  undo(draft, layers);
  expect(sameBytes(restored.paint, layers.paint)).toBe(true);
  db.close();
});

it("a tab of the version before that is still open is named, and waited for", async () => {
  const before = await openSecondVersion();
  await expect(openWorkDb("anna")).rejects.toThrow("another tab still works with the version before");
  before.close();
  await vi.waitFor(async () => {
    const db = await openWorkDb("anna");
    db.close();
  });
});
