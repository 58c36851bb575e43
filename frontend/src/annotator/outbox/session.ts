import type { IDBPDatabase } from "idb";
import { keys, queryClient } from "../../api/queries";
import { openWorkDb, type WorkDb } from "./database";
import { Outbox } from "./outbox";
import { noteAnswer } from "./savedList";

interface Work {
  db: IDBPDatabase<WorkDb>;
  outbox: Outbox;
}

let session: Promise<Work> | null = null;

/** What this browser keeps of the person's work, on its way to the server from whichever page is open. */
export function workSession(): Promise<Work> {
  session ??= start();
  return session;
}

async function start(): Promise<Work> {
  const db = await openWorkDb();
  const outbox = await Outbox.open(db);
  outbox.onSent = (change, answer) => noteAnswer(queryClient, change, answer);
  // The mask or the image may be another one by now than the page thinks.
  outbox.onRefused = ({ kind, imageId }) =>
    void queryClient.invalidateQueries({
      queryKey: kind === "decide" ? keys.image(imageId) : keys.masks(imageId),
    });
  window.addEventListener("online", () => void outbox.send());
  window.addEventListener("focus", () => void outbox.send());
  return { db, outbox };
}
