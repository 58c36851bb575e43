import "fake-indexeddb/auto";
import type { IDBPDatabase } from "idb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, notSignedIn, unreachable } from "../../api/errors";
import type { MaskIn, MaskOut } from "../../api/types";
import { type Change, saveText, withChanges } from "./changes";
import { countUnsent, openWorkDb, type WorkDb } from "./database";
import { Outbox } from "./outbox";
import { uuidv7 } from "./uuid";

const IMAGE = "image-1";

/** A server that keeps masks by their id, and can be away, break off, or refuse. */
class FakeServer {
  readonly masks = new Map<string, MaskOut>();
  readonly requests: string[] = [];
  mode: "up" | "down" | "loses the answer" | "refuses" | "hangs" | "asks who it is" = "up";

  readonly send = async (change: Change): Promise<MaskOut | null> => {
    this.requests.push(`${change.kind} ${change.maskId}`);
    if (this.mode === "down") throw unreachable();
    if (this.mode === "asks who it is") throw notSignedIn();
    if (this.mode === "hangs") await new Promise(() => {});
    if (this.mode === "refuses") throw new ApiError(404, "image_not_found", "The image is gone.");
    if (change.kind === "delete") this.masks.delete(change.maskId);
    else this.masks.set(change.maskId, { ...change.mask, id: change.maskId, state: "accepted" } as MaskOut);
    if (this.mode === "loses the answer") throw unreachable();
    return this.masks.get(change.maskId) ?? null;
  };
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

let server: FakeServer;
let db: IDBPDatabase<WorkDb>;

beforeEach(async () => {
  server = new FakeServer();
  db = await openWorkDb("anna");
});

afterEach(async () => {
  await db.clear("changes");
  await db.clear("drafts");
  db.close();
});

const isEmpty = (outbox: Outbox) => vi.waitFor(() => expect(outbox.changes.getState()).toEqual([]));
const isTried = (times: number) => vi.waitFor(() => expect(server.requests).toHaveLength(times));

describe("outbox", () => {
  it("sends what is accepted, in order, and then is empty", async () => {
    const outbox = await Outbox.open(db, server.send);
    const sent: string[] = [];
    outbox.onSent = (change) => void sent.push(change.maskId);
    await Promise.all([outbox.add(save("a")), outbox.add(save("b")), outbox.add(save("c"))]);
    await isEmpty(outbox);
    expect(sent).toEqual(["a", "b", "c"]);
    expect([...server.masks.keys()]).toEqual(["a", "b", "c"]);
  });

  it("keeps masks while the server is away, over a reload, and saves each once", async () => {
    server.mode = "down";
    const before = await Outbox.open(db, server.send);
    await before.add(save("a"));
    await before.add(save("b"));
    expect(saveText(before.changes.getState())).toBe("2 waiting for the server");
    await isTried(1);

    server.mode = "up";
    const after = await Outbox.open(db, server.send);
    await isEmpty(after);
    expect([...server.masks.keys()]).toEqual(["a", "b"]);
    expect(saveText(after.changes.getState())).toBe("All saved");
  });

  it("tries again by itself", async () => {
    server.mode = "down";
    const outbox = await Outbox.open(db, server.send);
    await outbox.add(save("a"));
    await isTried(1);
    server.mode = "up";
    await vi.waitFor(() => expect(outbox.changes.getState()).toEqual([]), { timeout: 4_000 });
  });

  it("sends the same mask again when the answer was lost", async () => {
    server.mode = "loses the answer";
    const outbox = await Outbox.open(db, server.send);
    await outbox.add(save("a"));
    await isTried(1);
    server.mode = "up";
    outbox.send();
    await isEmpty(outbox);
    expect(server.requests).toEqual(["save a", "save a"]);
  });

  it("does not wait for ever for an answer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    server.mode = "hangs";
    const outbox = await Outbox.open(db, server.send);
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
    const outbox = await Outbox.open(db, server.send);
    const refusals: string[] = [];
    outbox.onRefused = ({ maskId }) => void refusals.push(maskId);
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

  it("holds everything back while nobody is signed in, and then sends each mask once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    server.mode = "asks who it is";
    const outbox = await Outbox.open(db, server.send);
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
    const annas = await Outbox.open(db, server.send);
    await annas.add(save("a"));
    await isTried(1);
    server.mode = "up";
    const otherDb = await openWorkDb("berta");
    const bertas = await Outbox.open(otherDb, server.send);
    await bertas.add(save("b"));
    await isEmpty(bertas);
    otherDb.close();
    expect([...server.masks.keys()]).toEqual(["b"]);
    expect(await countUnsent("anna")).toBe(1);
    expect(await countUnsent("berta")).toBe(0);
  });

  it("forgets the half-made mask in the same step that stores the accepted one", async () => {
    await db.put("drafts", { imageId: IMAGE } as never);
    const outbox = await Outbox.open(db, server.send);
    await outbox.add(save("a"));
    expect(await db.get("drafts", IMAGE)).toBeDefined(); // another mask of the image changes
    await outbox.accept(IMAGE, save("b"));
    expect(await db.get("drafts", IMAGE)).toBeUndefined();
  });

  it("keeps changes that belong together in their order, or none of them", async () => {
    server.mode = "down";
    const outbox = await Outbox.open(db, server.send);
    await outbox.add(save("a"), save("b"));
    const [first] = outbox.changes.getState();
    const broken = { ...save("d"), seq: first?.seq } as never; // a key that is taken
    await expect(outbox.add(save("c"), broken)).rejects.toThrow();
    expect((await db.getAll("changes")).map(({ maskId }) => maskId)).toEqual(["a", "b"]);
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
    const versions = (...changes: Omit<Change, keyof typeof change>[]) =>
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
