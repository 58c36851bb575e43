import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Change, NewChange } from "./changes";
import type { DraftPart, SavedDraft } from "./drafts";

/** What the page keeps on this computer: work that the server does not have yet. */
export interface WorkDb extends DBSchema {
  changes: { key: number; value: Change | (NewChange & { rejected: string | null }) };
  drafts: { key: string; value: SavedDraft };
  /** What a draft refers to, each written once: image id and the part's own name. */
  draftParts: { key: [string, string]; value: DraftPart };
}

const VERSION = 2;

/**
 * A person's own: nobody else who signs in here sees or sends what is in it. Throws an Error for the person at the
 * screen when the browser does not let the page keep anything.
 */
export async function openWorkDb(userId: string): Promise<IDBPDatabase<WorkDb>> {
  try {
    return await openDB<WorkDb>(`maskloop-${userId}`, VERSION, {
      upgrade(db, before, _after, transaction) {
        if (before < 1) {
          db.createObjectStore("changes", { keyPath: "seq", autoIncrement: true });
          db.createObjectStore("drafts", { keyPath: "imageId" });
        }
        if (before < 2) {
          db.createObjectStore("draftParts");
          // Half-made masks of the first version had another shape; accepted ones are in `changes`.
          void transaction.objectStore("drafts").clear();
        }
      },
    });
  } catch (error) {
    throw new Error(
      "This browser does not let Maskloop keep unsaved work (IndexedDB is off, or the disk is full). " +
        "Allow site data for this address and reload the page.",
      { cause: error },
    );
  }
}

/** How much of a person's accepted work waits for the server in this browser. */
export async function countUnsent(userId: string): Promise<number> {
  const db = await openWorkDb(userId);
  const count = await db.count("changes");
  db.close();
  return count;
}
