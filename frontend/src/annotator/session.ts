import { keys, queryClient } from "../api/queries";
import { Annotator } from "./Annotator";
import { DecoderClient } from "./decoder/client";
import { openWorkDb } from "./outbox/database";
import { Outbox } from "./outbox/outbox";
import { noteAnswer } from "./outbox/savedList";

let session: Promise<Annotator> | null = null;

/** The one annotator of this page. It outlives visits to other pages, so that the decoder is loaded once. */
export function annotatorSession(): Promise<Annotator> {
  session ??= start();
  return session;
}

async function start(): Promise<Annotator> {
  const db = await openWorkDb();
  const outbox = await Outbox.open(db);
  outbox.onSent = (change, answer) => noteAnswer(queryClient, change, answer);
  // The mask may be another one by now than the page thinks.
  outbox.onRefused = ({ imageId }) => void queryClient.invalidateQueries({ queryKey: keys.masks(imageId) });
  window.addEventListener("online", () => outbox.send());
  window.addEventListener("focus", () => outbox.send());
  return new Annotator(new DecoderClient(), outbox, db);
}
