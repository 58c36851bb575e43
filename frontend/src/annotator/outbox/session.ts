import type { IDBPDatabase } from "idb";
import { access } from "../../api/access";
import { useConnection } from "../../api/connection";
import { keys, queryClient } from "../../api/queries";
import { openWorkDb, type WorkDb } from "./database";
import { Outbox } from "./outbox";
import { noteAnswer } from "./savedList";
import { sendChange } from "./send";
import { Tabs } from "./tabs";

interface Work {
  db: IDBPDatabase<WorkDb>;
  outbox: Outbox;
}

let session: Promise<Work> | null = null;

/**
 * What this browser keeps of the person's work, on its way to the server from whichever page is open. Another person
 * never meets it: the page is loaded anew for them.
 */
export function workSession(userId: string): Promise<Work> {
  session ??= start(userId);
  return session;
}

async function start(userId: string): Promise<Work> {
  const db = await openWorkDb(userId);
  const outbox = await Outbox.open(db, sendChange, new Tabs(`maskloop-outbox-${userId}`));
  outbox.onSent = (change, answer) => noteAnswer(queryClient, change, answer);
  // The mask or the image may be another one by now than the page thinks.
  outbox.onRefused = ({ kind, imageId }) =>
    void queryClient.invalidateQueries({
      queryKey: kind === "decide" ? keys.image(imageId) : keys.masks(imageId),
    });
  window.addEventListener("online", () => void outbox.send());
  window.addEventListener("focus", () => void outbox.send());
  // The server answers again, or the person has signed in: nothing need wait for the next try.
  useConnection.subscribe(({ state }) => {
    if (state === "live") void outbox.send();
  });
  access.subscribe(({ state }, before) => {
    if (state === "in" && before.state !== "in") void outbox.send();
  });
  return { db, outbox };
}
