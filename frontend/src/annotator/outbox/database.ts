import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from "idb";
import { createLayers } from "../masks/layers";
import { blocksIn, readBlock } from "../masks/paint";
import type { Rect } from "../masks/rect";
import type { Draft } from "../state/draft";
import type { Change, NewChange } from "./changes";
import type { DraftPart, SavedDraft } from "./drafts";
import type { MaskStep } from "./history";

/** What the page keeps on this computer: work that the server does not have yet. */
export interface WorkDb extends DBSchema {
  changes: { key: number; value: Change | (NewChange & { rejected: string | null }) };
  drafts: { key: string; value: SavedDraft };
  /** What a draft refers to, each written once: image id and the part's own name. */
  draftParts: { key: [string, string]; value: DraftPart };
  /** By image and time. */
  history: { key: [string, string]; value: MaskStep };
}

/** Every key of an image, in a store whose keys begin with the image's id. */
export function keysOf(imageId: string): IDBKeyRange {
  return IDBKeyRange.bound([imageId], [imageId, []]);
}

const VERSION = 4;

const IS_OFF =
  "This browser does not let Maskloop keep unsaved work (IndexedDB is off, or the disk is full). " +
  "Allow site data for this address and reload the page.";
const IS_BLOCKED =
  "Maskloop was updated, and another tab still works with the version before. " +
  "Close that tab, then reload this page.";

/**
 * A person's own: nobody else who signs in here sees or sends what is in it. Throws an Error for the person at the
 * screen when the browser does not let the page keep anything.
 */
export function openWorkDb(userId: string): Promise<IDBPDatabase<WorkDb>> {
  return new Promise((resolve, reject) => {
    openDB<WorkDb>(`maskloop-${userId}`, VERSION, {
      async upgrade(db, before, _after, transaction) {
        if (before < 1) {
          db.createObjectStore("changes", { keyPath: "seq", autoIncrement: true });
          db.createObjectStore("drafts", { keyPath: "imageId" });
        }
        if (before < 2) {
          db.createObjectStore("draftParts");
          // Half-made masks of the first version had another shape; accepted ones are in `changes`.
          void transaction.objectStore("drafts").clear();
        }
        if (before < 4) db.createObjectStore("history", { keyPath: ["imageId", "id"] });
        if (before === 2) await takeApart(transaction);
      },
      blocked: () => reject(new Error(IS_BLOCKED)),
    }).then(resolve, (cause) => reject(new Error(IS_OFF, { cause })));
  });
}

/** A draft of the second version, which held all but steps and asks itself. */
type DraftInOne = Omit<SavedDraft, "hasStart" | "logLength" | "outline"> &
  Pick<Draft, "start" | "log"> & {
    /** What is within `paintBounds`, row by row. */
    paint: Uint8Array;
  };

/** Puts what can be large in drafts of the second version into parts. */
async function takeApart(
  transaction: IDBPTransaction<WorkDb, StoreNames<WorkDb>[], "versionchange">,
): Promise<void> {
  const parts = transaction.objectStore("draftParts");
  for await (const cursor of transaction.objectStore("drafts")) {
    const { start, log, paint, ...draft } = cursor.value as unknown as DraftInOne;
    const { imageId } = draft;
    const layers = paintedLayers(draft, paint);
    await Promise.all([
      ...blocksIn(layers, draft.paintBounds).map((block) =>
        parts.put(readBlock(layers, block), [imageId, `paint ${block}`]),
      ),
      start && parts.put(start, [imageId, "start"]),
      log.length > 0 && parts.put(log, [imageId, "log 0"]),
      cursor.update({ ...draft, hasStart: start !== null, logLength: log.length, outline: null }),
    ]);
  }
}

function paintedLayers(
  { width, height, paintBounds }: { width: number; height: number; paintBounds: Rect },
  paint: Uint8Array,
) {
  const layers = createLayers(width, height);
  for (let row = 0; row < paintBounds.height; row++) {
    const pixels = paint.subarray(row * paintBounds.width, (row + 1) * paintBounds.width);
    layers.paint.set(pixels, (paintBounds.y + row) * width + paintBounds.x);
  }
  return layers;
}

/** How much of a person's accepted work waits for the server in this browser. */
export async function countUnsent(userId: string): Promise<number> {
  const db = await openWorkDb(userId);
  const count = await db.count("changes");
  db.close();
  return count;
}
