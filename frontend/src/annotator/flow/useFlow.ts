import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { flagImage, putOffImage, reopenImage, skipImage, submitImage, takeNext } from "../../api/calls";
import { errorText } from "../../api/errors";
import { keys } from "../../api/queries";
import type { ImageDetail } from "../../api/types";
import type { Annotator } from "../Annotator";
import { whenSent } from "../outbox/whenSent";

const SENT_WITHIN_MS = 5_000;

export type FlowDialog = "skip" | "flag";

/** What can be decided about the image at hand, and the way to the next one. */
export interface Flow {
  submit: () => void;
  skip: (note: string) => void;
  flag: (note: string) => void;
  putOff: () => void;
  reopen: () => void;
  openNext: () => void;
  /** Opens the dialog that asks for the reason; null closes it. */
  ask: (dialog: FlowDialog | null) => void;
  toggleGuidelines: () => void;
}

export interface FlowState {
  flow: Flow;
  dialog: FlowDialog | null;
  guidelinesShown: boolean;
}

export function useFlow(annotator: Annotator, imageId: string): FlowState {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<FlowDialog | null>(null);
  const [guidelinesShown, setGuidelinesShown] = useState(false);
  const busy = useRef(false);

  const flow = useMemo<Flow>(() => {
    const hint = (text: string) => annotator.store.setState({ hint: text });

    /** One step at a time: a second press of the key must not decide about the next image as well. */
    async function once(step: () => Promise<void>): Promise<void> {
      if (busy.current) return;
      busy.current = true;
      try {
        await step();
      } catch (error) {
        hint(errorText(error));
      } finally {
        busy.current = false;
      }
    }

    function note(image: ImageDetail): void {
      cache.setQueryData(keys.image(image.id), image);
      void cache.invalidateQueries({ queryKey: keys.queue(imageId) });
    }

    async function openNext(): Promise<void> {
      const next = await takeNext(imageId);
      if (next === null || next.id === imageId) {
        hint("Nothing else is left in the queue.");
        return;
      }
      cache.setQueryData(keys.image(next.id), next);
      await navigate({ to: "/images/$imageId", params: { imageId: next.id } });
    }

    const decideAndGoOn = (decide: (imageId: string) => Promise<ImageDetail>) =>
      once(async () => {
        const unsent = await whenSent(annotator.outbox, imageId, SENT_WITHIN_MS);
        if (unsent !== null) {
          hint(unsent);
          return;
        }
        note(await decide(imageId));
        await openNext();
      });

    return {
      submit: () => void decideAndGoOn(submitImage),
      skip: (text) => void decideAndGoOn((id) => skipImage(id, text)),
      flag: (text) => void decideAndGoOn((id) => flagImage(id, text)),
      putOff: () => void decideAndGoOn(putOffImage),
      reopen: () => void once(async () => note(await reopenImage(imageId))),
      openNext: () => void once(openNext),
      ask: setDialog,
      toggleGuidelines: () => setGuidelinesShown((shown) => !shown),
    };
  }, [annotator, cache, navigate, imageId]);

  return { flow, dialog, guidelinesShown };
}
