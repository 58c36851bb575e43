import { Annotator } from "./Annotator";
import { DecoderClient } from "./decoder/client";
import { countMask } from "./flow/today";
import { workSession } from "./outbox/session";
import { keepChoices } from "./state/keptChoices";

let session: Promise<Annotator> | null = null;

/** The one annotator of this page. It outlives visits to other pages, so that the decoder is loaded once. */
export function annotatorSession(): Promise<Annotator> {
  session ??= start();
  return session;
}

async function start(): Promise<Annotator> {
  const { db, outbox } = await workSession();
  outbox.onAccepted = (change) => {
    if (change.kind === "save" && !change.mask.base_version) countMask(change.mask.active_ms);
  };
  const annotator = new Annotator(new DecoderClient(), outbox, db);
  keepChoices(annotator.store);
  return annotator;
}
