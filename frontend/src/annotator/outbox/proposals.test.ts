import "fake-indexeddb/auto";
import type { IDBPDatabase } from "idb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unreachable } from "../../api/errors";
import type { MaskOut, MaskState } from "../../api/types";
import { encodeCut } from "../masks/rle";
import { SavedMasks } from "../masks/SavedMasks";
import { type AnnotatorStore, createAnnotatorStore } from "../state/store";
import { type Change, type NewMaskChange, withChanges } from "./changes";
import { openWorkDb, type WorkDb } from "./database";
import { firstUndone, lastDone, type MaskStep } from "./history";
import { MaskHistory } from "./MaskHistory";
import { Outbox } from "./outbox";
import { acceptances, changeOf, judgement, removal, type ShapedMask } from "./relations";
import { Tabs } from "./tabs";
import { uuidv7 } from "./uuid";

const IMAGE = "image-1";
const SIZE = { width: 4, height: 1 };

function onServer(id: string, row: string, sure: number, state: MaskState = "proposed"): MaskOut {
  const data = Uint8Array.from(row, (sign) => (sign === "#" ? 1 : 0));
  return {
    id,
    image_id: IMAGE,
    rle: { size: [1, 4], counts: encodeCut({ x: 0, y: 0, ...SIZE, data }, 4, 1) },
    active_ms: 0,
    source: "detected",
    model_id: null,
    predicted_iou: sure,
    prompts: { points: [], strokes: { brush: 0, erase: 0 } },
    label_id: null,
    locked: false,
    version: 1,
    state,
    author_id: null,
    author_name: null,
  } as unknown as MaskOut;
}

const LISTED = [
  onServer("drawn", "...#", 0.9, "accepted"),
  onServer("fair", "##..", 0.6),
  onServer("sure", ".##.", 0.8),
  onServer("wrong", "####", 0.99, "rejected"),
];

let db: IDBPDatabase<WorkDb>;
let outbox: Outbox;
let saved: SavedMasks;
let store: AnnotatorStore;
let history: MaskHistory;

beforeEach(async () => {
  db = await openWorkDb("anna");
  outbox = await Outbox.open(db, () => Promise.reject(unreachable()), new Tabs(uuidv7()));
  saved = new SavedMasks();
  store = createAnnotatorStore();
  store.setState({ image: { id: IMAGE, ...SIZE } });
  history = new MaskHistory(db, outbox, saved, store);
  const list = (changes: readonly Change[]) => saved.decode(withChanges(LISTED, changes, IMAGE), []);
  outbox.changes.subscribe(list);
  list(outbox.changes.getState());
});

afterEach(async () => {
  await outbox.send(); // What it does by itself must not meet a closed database.
  db.close();
  indexedDB.deleteDatabase("maskloop-anna");
});

const seen = () => saved.all().map(({ mask }) => `${mask.id} ${mask.state}`);
const waiting = () => outbox.changes.getState().map((change) => change.kind);
const one = (id: string) => saved.pick([id])[0] as ShapedMask;
const versionOf = (id: string) => one(id).mask.version;
const takeBack = () => history.move(lastDone(store.getState().maskSteps) as MaskStep, true);
const doAgain = () => history.move(firstUndone(store.getState().maskSteps) as MaskStep, false);

const PROPOSED = ["sure proposed", "fair proposed", "drawn accepted"];

describe("proposals", () => {
  it("stand first, the surest at the top; rejected ones are gone; they are counted by themselves", () => {
    expect(seen()).toEqual(PROPOSED);
    expect(["sure", "fair", "drawn"].map((id) => saved.numberOf(id))).toEqual([1, 2, 1]);
    expect(saved.proposals().map(({ mask }) => mask.id)).toEqual(["sure", "fair"]);
  });

  it("are accepted, taken back and accepted again", async () => {
    await history.do("accepted", [judgement("accept", one("sure").mask)]);
    expect(seen()).toEqual(["fair proposed", "drawn accepted", "sure accepted"]);
    expect(versionOf("sure")).toBe(2);
    expect(await takeBack()).toBe(true);
    expect(seen()).toEqual(PROPOSED);
    expect(versionOf("sure")).toBe(3);
    expect(await doAgain()).toBe(true);
    expect(seen()).toContain("sure accepted");
    expect(waiting()).toEqual(["accept", "propose", "accept"]);
  });

  it("are rejected, taken back and rejected again; so does deleting one", async () => {
    await history.do("rejected", [removal(one("fair").mask)]);
    expect(seen()).toEqual(["sure proposed", "drawn accepted"]);
    await takeBack();
    expect(seen()).toEqual(PROPOSED);
    expect(versionOf("fair")).toBe(3);
    await doAgain();
    expect(seen()).toEqual(["sure proposed", "drawn accepted"]);
    expect(waiting()).toEqual(["reject", "propose", "reject"]);
  });

  it("that are corrected are accepted; taking that back brings shape and proposal back", async () => {
    const { rle } = one("sure").mask;
    const corrected = one("drawn").mask.rle;
    await history.do("corrected", [changeOf(one("sure").mask, { rle: corrected })]);
    expect(seen()).toContain("sure accepted");
    await takeBack();
    expect(seen()).toEqual(PROPOSED);
    expect(one("sure").mask.rle).toEqual(rle);
    expect(waiting()).toEqual(["save", "save", "propose"]);
    await doAgain();
    expect(seen()).toContain("sure accepted");
    expect(one("sure").mask.rle).toEqual(corrected);
  });
});

describe("accepting proposals by the project's rule", () => {
  const accept = (rule: Parameters<typeof acceptances>[0], ids: string[], labelId: string | null = null) =>
    acceptances(rule, saved.pick(ids), saved.all(), labelId, SIZE);
  const kinds = (changes: NewMaskChange[]) => changes.map(({ kind, maskId }) => `${kind} ${maskId}`);

  it("allow: as they are", () => {
    expect(kinds(accept("allow", ["sure", "fair"]))).toEqual(["accept sure", "accept fair"]);
  });

  it("newer is cut: the second yields to the first, and other proposals are in nobody's way", () => {
    expect(kinds(accept("newer_is_cut", ["sure"]))).toEqual(["accept sure"]);
    expect(kinds(accept("newer_is_cut", ["sure", "fair"]))).toEqual(["accept sure", "save fair"]);
  });

  it("newer cuts older: the second cuts the first, which is saved once, as it is in the end", () => {
    const changes = accept("newer_cuts_older", ["sure", "fair"]);
    expect(kinds(changes)).toEqual(["save sure", "accept fair"]);
    expect(changes[0]).toMatchObject({ mask: { base_version: 1 } });
  });

  it("a label that new masks get is given them", () => {
    const changes = accept("allow", ["sure"], "label-1");
    expect(changes).toMatchObject([{ kind: "save", mask: { label_id: "label-1", base_version: 1 } }]);
  });
});
