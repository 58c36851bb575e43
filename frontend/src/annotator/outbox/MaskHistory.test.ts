import "fake-indexeddb/auto";
import type { IDBPDatabase } from "idb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unreachable } from "../../api/errors";
import type { MaskIn } from "../../api/types";
import { SavedMasks } from "../masks/SavedMasks";
import { type AnnotatorStore, createAnnotatorStore } from "../state/store";
import { type Change, type NewMaskChange, withChanges } from "./changes";
import { openWorkDb, type WorkDb } from "./database";
import { firstUndone, lastDone, type MaskStep } from "./history";
import { MaskHistory } from "./MaskHistory";
import { Outbox } from "./outbox";
import { changeOf, deletion } from "./relations";
import { Tabs } from "./tabs";
import { uuidv7 } from "./uuid";

const IMAGE = "image-1";

const MASK: MaskIn = {
  image_id: IMAGE,
  rle: { size: [2, 2], counts: "04" },
  active_ms: 5,
  source: "clicked",
  model_id: null,
  predicted_iou: null,
  prompts: { points: [], strokes: { brush: 0, erase: 0 } },
};

let db: IDBPDatabase<WorkDb>;
let outbox: Outbox;
let saved: SavedMasks;
let store: AnnotatorStore;
let history: MaskHistory;

/** The page as it is opened: what was done waits for a server that is away, so the outbox is all there is. */
async function openPage(): Promise<void> {
  outbox = await Outbox.open(db, () => Promise.reject(unreachable()), new Tabs(uuidv7()));
  saved = new SavedMasks();
  store = createAnnotatorStore();
  store.setState({ image: { id: IMAGE, width: 2, height: 2 } });
  history = new MaskHistory(db, outbox, saved, store);
  const list = (changes: readonly Change[]) => saved.decode(withChanges([], changes, IMAGE), []);
  outbox.changes.subscribe(list);
  list(outbox.changes.getState());
  await history.open(IMAGE);
}

const steps = () => store.getState().maskSteps;
const done = () => lastDone(steps()) as MaskStep;
const undone = () => firstUndone(steps()) as MaskStep;
const seen = () => saved.all().map(({ mask }) => `${mask.id}${mask.locked ? " locked" : ""}`);
const save = (maskId: string): NewMaskChange => ({ kind: "save", maskId, imageId: IMAGE, mask: MASK });
const maskNamed = (id: string) => {
  const [found] = saved.pick([id]);
  if (!found) throw new Error(`there is no mask ${id}`);
  return found.mask;
};

beforeEach(async () => {
  db = await openWorkDb("anna");
  await openPage();
});

afterEach(() => {
  db.close();
  indexedDB.deleteDatabase("maskloop-anna");
});

describe("what was done to saved masks", () => {
  it("is taken back step by step and done again, also after a reload", async () => {
    await history.do("mask accepted", [save("a")]);
    await history.do("mask accepted", [save("b")]);
    await history.do("masks deleted", [deletion(maskNamed("a")), deletion(maskNamed("b"))]);
    await history.move(done(), true);
    expect(seen()).toEqual(["a", "b"]);
    await history.move(done(), true);
    expect(seen()).toEqual(["a"]);

    await openPage();
    expect(seen()).toEqual(["a"]);
    await history.move(done(), true);
    expect(seen()).toEqual([]);
    expect(done()).toBeUndefined();
    for (const masks of [["a"], ["a", "b"], []]) {
      expect(await history.move(undone(), false)).toBe(true);
      expect(seen()).toEqual(masks);
    }
  });

  it("changes the fields back that it changed, and no others", async () => {
    await history.do("mask accepted", [save("a")]);
    await history.do("mask locked", [changeOf(maskNamed("a"), { locked: true })]);
    expect(seen()).toEqual(["a locked"]);
    await history.move(done(), true);
    expect(seen()).toEqual(["a"]);
    await history.move(undone(), false);
    expect(seen()).toEqual(["a locked"]);
  });

  it("is not taken back where something else has changed the mask since", async () => {
    await history.do("mask accepted", [save("a")]);
    const accepted = done();
    await outbox.add(changeOf(maskNamed("a"), { locked: true }));
    expect(await history.move(accepted, true)).toBe(false);
    expect(seen()).toEqual(["a locked"]);
    expect(done()).toEqual(accepted);
  });

  it("cannot be done again after something new", async () => {
    await history.do("mask accepted", [save("a")]);
    await history.move(done(), true);
    await history.do("mask accepted", [save("b")]);
    expect(undone()).toBeUndefined();
    await history.move(done(), true);
    history.forgetUndone();
    expect(steps()).toEqual([]);
    await openPage();
    expect(steps()).toEqual([]);
  });

  it("is kept until the image is done", async () => {
    await history.do("mask accepted", [save("a")]);
    await outbox.add({ kind: "decide", imageId: "image-2", to: "submitted", note: null });
    await outbox.add({ kind: "decide", imageId: IMAGE, to: "later", note: null });
    await openPage();
    expect(steps()).toHaveLength(1);
    await outbox.add({ kind: "decide", imageId: IMAGE, to: "submitted", note: null });
    await openPage();
    expect(steps()).toEqual([]);
  });
});
