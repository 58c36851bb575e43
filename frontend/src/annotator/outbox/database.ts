import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Change, NewChange } from "./changes";
import type { SavedDraft } from "./drafts";

/** What the page keeps on this computer: work that the server does not have yet. */
export interface WorkDb extends DBSchema {
  changes: { key: number; value: Change | (NewChange & { rejected: string | null }) };
  drafts: { key: string; value: SavedDraft };
}

/** Throws an Error for the person at the screen when the browser does not let the page keep anything. */
export async function openWorkDb(): Promise<IDBPDatabase<WorkDb>> {
  try {
    return await openDB<WorkDb>("maskloop", 1, {
      upgrade(db) {
        db.createObjectStore("changes", { keyPath: "seq", autoIncrement: true });
        db.createObjectStore("drafts", { keyPath: "imageId" });
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
