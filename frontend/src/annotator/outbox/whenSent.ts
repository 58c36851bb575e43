import type { Outbox } from "./outbox";

/**
 * Waits until the server has everything that was done to an image. Resolves to null then, or to one sentence on why
 * it does not.
 */
export function whenSent(
  outbox: Pick<Outbox, "changes" | "send">,
  imageId: string,
  withinMs: number,
): Promise<string | null> {
  return new Promise((resolve) => {
    function end(result: string | null) {
      clearTimeout(timer);
      unsubscribe();
      resolve(result);
    }

    function look() {
      const ours = outbox.changes.getState().filter((change) => change.imageId === imageId);
      if (ours.length === 0) end(null);
      else if (ours.some((change) => change.rejected !== null)) {
        end("The server refused something of this image. See what, at the top right, and drop it first.");
      }
    }

    const timer = setTimeout(
      () => end("The masks of this image still wait for the server. Try again when all are saved."),
      withinMs,
    );
    const unsubscribe = outbox.changes.subscribe(look);
    outbox.send();
    look();
  });
}
