import "fake-indexeddb/auto";
import type { IDBPDatabase } from "idb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, notSignedIn, unreachable } from "../../api/errors";
import type { ImageDetail, MaskIn, MaskOut, WorkOut, WorkState } from "../../api/types";
import type { DecidedState } from "./changes";
import {
  type Change,
  type ListedMask,
  type MaskChange,
  saveText,
  withChanges,
  withDecisions,
} from "./changes";
import { countUnsent, openWorkDb, type WorkDb } from "./database";
import { stepOf } from "./history";
import { Outbox } from "./outbox";
import { changeOf, saveChanges } from "./relations";
import type { Answer } from "./send";
import { Tabs } from "./tabs";
import { uuidv7 } from "./uuid";

const IMAGE = "image-1";
const GONE = "a deleted label";

/** A server that keeps masks by their id and images' states, and can be away, break off, or refuse. */
class FakeServer {
  readonly masks = new Map<string, MaskOut>();
  readonly states = new Map<string, WorkState>();
  readonly requests: string[] = [];
  mode: "up" | "down" | "no database" | "loses the answer" | "refuses" | "hangs" | "asks who it is" = "up";

  readonly send = async (change: Change): Promise<Answer> => {
    this.requests.push(change.kind === "decide" ? change.to : `${change.kind} ${change.maskId}`);
    if (this.mode === "down") throw unreachable();
    if (this.mode === "no database") throw new ApiError(503, "database_away", "The database is away.");
    if (this.mode === "asks who it is") throw notSignedIn();
    if (this.mode === "hangs") await new Promise(() => {});
    if (this.mode === "refuses") throw new ApiError(404, "image_not_found", "The image is gone.");
    if ("mask" in change && change.mask.label_id === GONE)
      throw new ApiError(404, "label_not_found", "There is no such label.");
    if (change.kind === "decide") {
      this.states.set(change.imageId, change.to);
      return { image: { id: change.imageId } as ImageDetail };
    }
    if (change.kind === "delete") this.masks.delete(change.maskId);
    else this.put(change.maskId, change.mask);
    if (this.mode === "loses the answer") throw unreachable();
    return { mask: this.masks.get(change.maskId) ?? null };
  };

  private put(id: string, { base_version, ...mask }: MaskIn): void {
    const { version, ...before } = this.masks.get(id) ?? { version: 0 };
    const after = { ...mask, id, state: "accepted" };
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    if (base_version != null && base_version !== version)
      throw new ApiError(409, "mask_conflict", "The mask was changed elsewhere meanwhile.");
    this.masks.set(id, { ...after, version: version + 1 } as MaskOut);
  }
}

function mask(): MaskIn {
  return {
    image_id: IMAGE,
    rle: { size: [2, 2], counts: "04" },
    active_ms: 5,
    source: "clicked",
    model_id: null,
    predicted_iou: null,
    prompts: { points: [], strokes: { brush: 0, erase: 0 } },
  };
}

const save = (maskId: string) => ({ kind: "save" as const, maskId, imageId: IMAGE, mask: mask() });
const decide = (to: DecidedState) => ({ kind: "decide" as const, imageId: IMAGE, to, note: null });
const nameOf = (change: Change) => (change.kind === "decide" ? change.to : change.maskId);

let server: FakeServer;
let db: IDBPDatabase<WorkDb>;
let userId: string;

beforeEach(async () => {
  server = new FakeServer();
  // One for each test, never closed: an outbox may still be looking whether anything waits when a test ends.
  userId = uuidv7();
  db = await openWorkDb(userId);
});

/** A page with the outbox; those with one `name` are tabs that hear of each other. */
const openPage = (tabs = new Tabs(uuidv7())) => Outbox.open(db, server.send, tabs);

const isEmpty = (outbox: Outbox) => vi.waitFor(() => expect(outbox.changes.getState()).toEqual([]));
const isTried = (times: number) => vi.waitFor(() => expect(server.requests).toHaveLength(times));

describe("outbox", () => {
  it("sends what is accepted, in order, and then is empty", async () => {
    const outbox = await openPage();
    const sent: string[] = [];
    outbox.onSent = (change) => void sent.push(nameOf(change));
    await Promise.all([outbox.add(save("a")), outbox.add(save("b")), outbox.add(save("c"))]);
    await isEmpty(outbox);
    expect(sent).toEqual(["a", "b", "c"]);
    expect([...server.masks.keys()]).toEqual(["a", "b", "c"]);
  });

  it("keeps masks while the server is away, over a reload, and saves each once", async () => {
    server.mode = "down";
    const before = await openPage();
    await before.add(save("a"));
    await before.add(save("b"));
    expect(saveText(before.changes.getState())).toBe("2 waiting for the server");
    await isTried(1);

    server.mode = "up";
    const after = await openPage();
    await isEmpty(after);
    expect([...server.masks.keys()]).toEqual(["a", "b"]);
    expect(saveText(after.changes.getState())).toBe("All saved");
  });

  it.each(["down", "no database"] as const)("tries again by itself when it is %s", async (mode) => {
    server.mode = mode;
    const outbox = await openPage();
    await outbox.add(save("a"));
    await isTried(1);
    server.mode = "up";
    await vi.waitFor(() => expect(outbox.changes.getState()).toEqual([]), { timeout: 4_000 });
  });

  it("sends the same mask again when the answer was lost", async () => {
    server.mode = "loses the answer";
    const outbox = await openPage();
    await outbox.add(save("a"));
    await isTried(1);
    server.mode = "up";
    void outbox.send();
    await isEmpty(outbox);
    expect(server.requests).toEqual(["save a", "save a"]);
  });

  it("does not wait for ever for an answer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    server.mode = "hangs";
    const outbox = await openPage();
    await outbox.add(save("a"));
    await isTried(1);
    server.mode = "up";
    await vi.advanceTimersByTimeAsync(30_000);
    vi.useRealTimers();
    await isEmpty(outbox);
    expect([...server.masks.keys()]).toEqual(["a"]);
  });

  it("keeps what the server refuses until it is dropped, and holds up no other mask", async () => {
    server.mode = "refuses";
    const outbox = await openPage();
    const refusals: string[] = [];
    outbox.onRefused = (change) => void refusals.push(nameOf(change));
    await outbox.add(save("a"));
    await vi.waitFor(() => expect(outbox.changes.getState()[0]?.rejected).toBe("The image is gone."));
    expect(saveText(outbox.changes.getState())).toBe("1 refused by the server");
    expect(refusals).toEqual(["a"]);

    server.mode = "up";
    await outbox.add({ kind: "delete", maskId: "a", imageId: IMAGE });
    await outbox.add(save("b"));
    await vi.waitFor(() => expect([...server.masks.keys()]).toEqual(["b"]));
    expect(server.requests.filter((request) => request.startsWith("delete"))).toEqual([]);

    const refused = outbox.changes.getState()[0];
    if (refused) await outbox.drop(refused);
    await isEmpty(outbox);
  });

  it.each([null, "another label"])("saves a mask whose label was deleted with %s", async (label) => {
    const outbox = await openPage();
    const masked = { ...save("a"), mask: { ...mask(), label_id: GONE } };
    await outbox.add(masked);
    await vi.waitFor(() => expect(outbox.changes.getState()[0]?.rejectedCode).toBe("label_not_found"));
    await outbox.add({ ...masked, mask: { ...masked.mask, active_ms: 9, base_version: 1 } }, save("b"));
    const [refused] = outbox.changes.getState();
    if (refused?.kind === "save") await outbox.relabel(refused, label);
    await isEmpty(outbox);
    expect(server.masks.get("a")).toMatchObject({ label_id: label, active_ms: 9, version: 2 });
    expect(server.masks.has("b")).toBe(true);
  });

  it("holds everything back while nobody is signed in, and then sends each mask once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    server.mode = "asks who it is";
    const outbox = await openPage();
    await outbox.add(save("a"), save("b"));
    await isTried(1);
    await vi.advanceTimersByTimeAsync(300_000);
    vi.useRealTimers();
    expect(server.requests).toEqual(["save a"]);
    expect(saveText(outbox.changes.getState(), true)).toBe("2 waiting for you to sign in");
    server.mode = "up";
    outbox.send();
    await isEmpty(outbox);
    expect(server.requests).toEqual(["save a", "save a", "save b"]);
  });

  it("is a person's own: nobody else finds in it what the first one has not sent", async () => {
    server.mode = "down";
    const annas = await openPage();
    await annas.add(save("a"));
    await isTried(1);
    server.mode = "up";
    const otherDb = await openWorkDb("berta");
    const bertas = await Outbox.open(otherDb, server.send, new Tabs(uuidv7()));
    await bertas.add(save("b"));
    await isEmpty(bertas);
    otherDb.close();
    expect([...server.masks.keys()]).toEqual(["b"]);
    expect(await countUnsent(userId)).toBe(1);
    expect(await countUnsent("berta")).toBe(0);
  });

  it("forgets the half-made mask in the same step that stores the accepted one", async () => {
    await db.put("drafts", { imageId: IMAGE } as never);
    const outbox = await openPage();
    await outbox.add(save("a"));
    expect(await db.get("drafts", IMAGE)).toBeDefined(); // another mask of the image changes
    await outbox.keep([save("b")], { step: stepOf("mask accepted", IMAGE, [save("b")], []), accepts: true });
    expect(await db.get("drafts", IMAGE)).toBeUndefined();
  });

  it("keeps changes that belong together in their order, or none of them", async () => {
    server.mode = "down";
    const outbox = await openPage();
    await outbox.add(save("a"), save("b"));
    const [first] = outbox.changes.getState();
    const broken = { ...save("d"), seq: first?.seq } as never; // a key that is taken
    await expect(outbox.add(save("c"), broken)).rejects.toThrow();
    expect(((await db.getAll("changes")) as Change[]).map(nameOf)).toEqual(["a", "b"]);
  });
});

describe("changes of one mask, drawn up before the page knew of each other", () => {
  const seen = (version: number): ListedMask => ({
    ...mask(),
    id: "a",
    version,
    waiting: false,
    state: "accepted",
    author_id: null,
    author_name: null,
  });
  const now = () => {
    const { version, label_id, locked, active_ms } = server.masks.get("a") as MaskOut;
    return { version, label_id, locked, active_ms };
  };
  let outbox: Outbox;

  beforeEach(async () => {
    outbox = await openPage();
    await outbox.add(save("a"));
    await isEmpty(outbox);
  });

  afterEach(() => {
    expect(outbox.changes.getState().filter(({ rejected }) => rejected !== null)).toEqual([]);
  });

  it("all count, whether the first waits yet or was answered meanwhile", async () => {
    const locking = outbox.add(changeOf(seen(1), { locked: true }));
    const labelling = outbox.add(changeOf(seen(1), { label_id: "cat" }));
    await Promise.all([locking, labelling]);
    await isEmpty(outbox);
    expect(now()).toMatchObject({ version: 3, locked: true, label_id: "cat" });

    await outbox.add(changeOf(seen(1), { label_id: "dog" }));
    await isEmpty(outbox);
    expect(now()).toMatchObject({ version: 4, locked: true, label_id: "dog" });
  });

  it("a second press that changes nothing is not sent, and the next change is not refused for it", async () => {
    server.mode = "down";
    await outbox.add(changeOf(seen(1), { locked: true }));
    await outbox.add(changeOf(seen(1), { locked: true }));
    expect(outbox.changes.getState()).toHaveLength(1);
    await outbox.add(changeOf(seen(1), { label_id: "cat" }));
    server.mode = "up";
    await outbox.send();
    expect(now()).toMatchObject({ version: 3, locked: true, label_id: "cat" });
  });

  it("a corrected mask keeps the label that it was given while it was corrected", async () => {
    await outbox.add(changeOf(seen(1), { label_id: "cat" }));
    await isEmpty(outbox);
    const shape = { x: 0, y: 0, width: 1, height: 1, data: Uint8Array.of(1) };
    const { rle: _, ...content } = { ...mask(), active_ms: 99, label_id: null, base_version: 1 };
    const size = { width: 2, height: 2 };
    await outbox.add(...saveChanges("allow", [{ id: "a", content, shape }], [], size));
    await isEmpty(outbox);
    expect(now()).toMatchObject({ version: 3, label_id: "cat", active_ms: 99 });
  });

  it("what was deleted meanwhile stays deleted, and comes back as it was changed before", async () => {
    server.mode = "down";
    await outbox.add(changeOf(seen(1), { label_id: "cat" }));
    await outbox.add({ kind: "delete", maskId: "a", imageId: IMAGE });
    await outbox.add(changeOf(seen(1), { locked: true }));
    expect(outbox.changes.getState().map(({ kind }) => kind)).toEqual(["save", "delete"]);
    await outbox.add({ kind: "restore", maskId: "a", imageId: IMAGE, mask: seen(1) });
    const [listed] = withChanges([], outbox.changes.getState(), IMAGE);
    expect(listed).toMatchObject({ label_id: "cat", version: 4 });
  });
});

describe("two tabs", () => {
  it("hear of each other's changes, and of what the server made of them", async () => {
    const name = uuidv7();
    const tabs = [new Tabs(name), new Tabs(name)] as const;
    const [here, there] = [await openPage(tabs[0]), await openPage(tabs[1])];
    const answers: Answer[] = [];
    const refused: string[] = [];
    there.onSent = (_change, answer) => void answers.push(answer);
    there.onRefused = (change) => void refused.push(nameOf(change));
    server.mode = "down";
    await here.add(save("a"));
    await vi.waitFor(() => expect(there.changes.getState().map(nameOf)).toEqual(["a"]));
    server.mode = "up";
    await here.send();
    await isEmpty(there);
    expect(answers).toEqual([{ mask: server.masks.get("a") }]);

    server.mode = "refuses";
    await here.add(save("b"));
    await vi.waitFor(() => expect(refused).toEqual(["b"]));
    await vi.waitFor(() => expect(there.changes.getState()[0]?.rejected).toBe("The image is gone."));
    for (const tab of tabs) tab.onNews = () => {};
  });
});

describe("what is decided about an image", () => {
  const open = { state: "open", note: null, by: null, held_by: null } as WorkOut;
  const shown = (outbox: Outbox) => withDecisions(open, outbox.changes.getState(), IMAGE, "me").state;
  const refusedWith = (outbox: Outbox, detail: string) =>
    vi.waitFor(() => expect(outbox.changes.getState()[0]?.rejected).toBe(detail));

  it("shows at once, outlives a closed page, and is sent once, after the image's masks", async () => {
    server.mode = "down";
    const before = await openPage();
    await before.add(save("a"));
    await before.add(decide("submitted"));
    expect(shown(before)).toBe("submitted");
    await before.send();
    expect(server.states.size).toBe(0);

    server.requests.length = 0;
    server.mode = "up";
    const after = await openPage();
    await isEmpty(after);
    expect(server.requests).toEqual(["save a", "submitted"]);
    expect(shown(after)).toBe("open");
  });

  it("can be taken back before it was sent: the order is kept", async () => {
    server.mode = "down";
    const outbox = await openPage();
    await outbox.add(decide("submitted"));
    await outbox.add(decide("open"));
    expect(shown(outbox)).toBe("open");
    await outbox.send();
    server.requests.length = 0;
    server.mode = "up";
    await outbox.send();
    expect(server.requests).toEqual(["submitted", "open"]);
  });

  it("is not said to be done while one of its masks was refused, and is once that is dropped", async () => {
    server.mode = "refuses";
    const outbox = await openPage();
    await outbox.add(save("a"));
    await refusedWith(outbox, "The image is gone.");
    server.mode = "up";
    await outbox.add(decide("submitted"));
    await outbox.add(save("b"));
    await vi.waitFor(() => expect([...server.masks.keys()]).toEqual(["b"]));
    expect(server.states.size).toBe(0);
    expect(shown(outbox)).toBe("open");

    const [refused] = outbox.changes.getState();
    if (refused) await outbox.drop(refused);
    await isEmpty(outbox);
    expect(server.states.get(IMAGE)).toBe("submitted");
  });

  it("and refused, holds back no mask, takes what builds on it along, and gives way to another decision", async () => {
    server.mode = "down";
    const outbox = await openPage();
    await outbox.add(decide("submitted"));
    await outbox.add(decide("open"));
    server.mode = "refuses";
    await outbox.send();
    await refusedWith(outbox, "The image is gone.");
    server.mode = "up";
    await outbox.add(save("a"));
    await vi.waitFor(() => expect([...server.masks.keys()]).toEqual(["a"]));
    expect(server.states.size).toBe(0);
    expect(outbox.changes.getState()).toHaveLength(2);

    await outbox.add(decide("later"));
    await isEmpty(outbox);
    expect([...server.states]).toEqual([[IMAGE, "later"]]);
  });

  it("and refused, can be dropped with what builds on it", async () => {
    server.mode = "down";
    const outbox = await openPage();
    await outbox.add(decide("submitted"));
    await outbox.add(decide("open"));
    server.mode = "refuses";
    await outbox.send();
    await refusedWith(outbox, "The image is gone.");
    const [refused] = outbox.changes.getState();
    if (refused) await outbox.drop(refused);
    await isEmpty(outbox);
  });
});

describe("the list of masks", () => {
  const saved = (id: string) => ({ ...mask(), id, state: "accepted" }) as MaskOut;
  const change = { imageId: IMAGE, seq: 1, rejected: null };

  it("shows what was accepted or deleted before the server knows it", () => {
    const listed = withChanges(
      [saved("1"), saved("2")],
      [
        { ...change, kind: "delete", maskId: "1" },
        { ...change, kind: "save", maskId: "3", mask: mask() },
        { ...change, kind: "save", maskId: "9", mask: mask(), imageId: "another" },
        { ...change, kind: "save", maskId: "4", mask: mask(), rejected: "no" },
      ],
      IMAGE,
    );
    expect(listed.map(({ id, waiting }) => [id, waiting])).toEqual([
      ["2", false],
      ["3", true],
    ]);
  });

  it("knows the version that each mask will have once the server has taken what waits", () => {
    const [two] = withChanges([{ ...saved("1"), version: 2 }], [], IMAGE);
    const versions = (...changes: Omit<MaskChange, keyof typeof change>[]) =>
      withChanges(
        [{ ...saved("1"), version: 2 }],
        changes.map((done, seq) => ({ ...change, ...done, seq }) as Change),
        IMAGE,
      ).map(({ id, version }) => `${id} v${version}`);
    const edit = (base_version?: number) => ({ kind: "save", mask: { ...mask(), base_version } }) as const;
    expect(versions()).toEqual(["1 v2"]);
    expect(versions({ maskId: "1", ...edit(2) })).toEqual(["1 v3"]);
    expect(versions({ maskId: "2", ...edit() })).toEqual(["1 v2", "2 v1"]);
    const restored = { maskId: "1", kind: "restore", mask: two } as const;
    expect(versions({ maskId: "1", kind: "delete" }, restored)).toEqual(["1 v4"]);
    // The server has it already, and its answer was lost.
    expect(versions({ maskId: "1", ...edit(1) })).toEqual(["1 v2"]);
  });
});

describe("the author of a mask", () => {
  const annas = { ...mask(), id: "1", state: "accepted", author_id: "anna", author_name: "Anna" } as MaskOut;
  const change = { imageId: IMAGE, rejected: null, kind: "save", mask: mask() } as const;

  it("stays the same while a change of somebody else waits; a new mask has none before the server knows it", () => {
    const changes: Change[] = [
      { ...change, seq: 1, maskId: "1" },
      { ...change, seq: 2, maskId: "2" },
    ];
    const listed = withChanges([annas], changes, IMAGE);
    expect(listed.map(({ author_name, waiting }) => [author_name, waiting])).toEqual([
      ["Anna", true],
      [null, true],
    ]);
  });
});

describe("mask ids", () => {
  it("are UUIDs of version 7 that sort by time", () => {
    const ids = [1, 255, 256, 1_700_000_000_000, 1_700_000_000_001].map(uuidv7);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
    expect(uuidv7(0x0123456789ab).startsWith("01234567-89ab-7")).toBe(true);
  });
});
