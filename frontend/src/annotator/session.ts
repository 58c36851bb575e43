import { keys, queryClient } from "../api/queries";
import type { MaskOut } from "../api/types";
import { Annotator } from "./Annotator";
import { DecoderClient } from "./decoder/client";
import { withAnswer } from "./outbox/changes";
import { openWorkDb } from "./outbox/database";
import { Outbox } from "./outbox/outbox";

let session: Promise<Annotator> | null = null;

/** The one annotator of this page. It outlives visits to other pages, so that the decoder is loaded once. */
export function annotatorSession(): Promise<Annotator> {
  session ??= start();
  return session;
}

async function start(): Promise<Annotator> {
  const db = await openWorkDb();
  const outbox = await Outbox.open(db);
  outbox.onSent = (change, answer) =>
    queryClient.setQueryData<MaskOut[]>(keys.masks(change.imageId), (saved) =>
      saved ? withAnswer(saved, change, answer) : saved,
    );
  window.addEventListener("online", () => outbox.send());
  window.addEventListener("focus", () => outbox.send());
  return new Annotator(new DecoderClient(), outbox, db);
}
