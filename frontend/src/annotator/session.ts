import { access } from "../api/access";
import { keys, queryClient } from "../api/queries";
import { Annotator } from "./Annotator";
import { DecoderClient } from "./decoder/client";
import { countFor, countMask } from "./flow/today";
import { openWorkDb } from "./outbox/database";
import { Outbox } from "./outbox/outbox";
import { noteAnswer } from "./outbox/savedList";
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
  const db = await openWorkDb(userId);
  countFor(userId);
  const outbox = await Outbox.open(db);
  outbox.onSent = (change, answer) => noteAnswer(queryClient, change, answer);
  outbox.onAccepted = (change) => {
    if (change.kind === "save" && !change.mask.base_version) countMask(change.mask.active_ms);
  };
  // The mask may be another one by now than the page thinks.
  outbox.onRefused = ({ imageId }) => void queryClient.invalidateQueries({ queryKey: keys.masks(imageId) });
  window.addEventListener("online", () => outbox.send());
  window.addEventListener("focus", () => outbox.send());
  const annotator = new Annotator(new DecoderClient(), outbox, db);
  keepChoices(annotator.store);
  access.subscribe(({ state }, before) => {
    if (state !== "in" || before.state === "in") return;
    outbox.send();
    annotator.preparation.resume();
  });
  return annotator;
}
