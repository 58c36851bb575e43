import { access } from "../api/access";
import { Annotator } from "./Annotator";
import { DecoderClient } from "./decoder/client";
import { countFor, countMask } from "./flow/today";
import { workSession } from "./outbox/session";
import { keepChoices } from "./state/keptChoices";

let session: Promise<Annotator> | null = null;

/**
 * The one annotator of this page. It outlives visits to other pages, so that the decoder is loaded once. Another
 * person never meets it: the page is loaded anew for them.
 */
export function annotatorSession(userId: string): Promise<Annotator> {
  session ??= start(userId);
  return session;
}

async function start(userId: string): Promise<Annotator> {
  const { db, outbox } = await workSession(userId);
  countFor(userId);
  outbox.onAccepted = (change) => {
    if (change.kind === "save" && !change.mask.base_version) countMask(change.mask.active_ms);
  };
  const annotator = new Annotator(new DecoderClient(), outbox, db);
  keepChoices(annotator.store);
  access.subscribe(({ state }, before) => {
    if (state === "in" && before.state !== "in") annotator.preparation.resume();
  });
  return annotator;
}
