import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { takeNext, takeNextReview } from "../../api/calls";
import { ApiError, errorText } from "../../api/errors";
import { keys } from "../../api/queries";
import type { ImageDetail, QueueOut } from "../../api/types";
import type { Annotator } from "../Annotator";
import { accepting, rejecting } from "../actions/proposals";
import type { DecidedState } from "../outbox/changes";
import { withDecisions } from "../outbox/changes";
import { answeredInTime } from "../outbox/inTime";
import { nextFetched } from "./nextImages";

/** Longer than that nobody waits for the server before the next image is opened without it. */
const NEXT_WITHIN_MS = 5_000;

export type FlowDialog = "skip" | "flag" | "return" | "submit-proposals" | "accept-proposals";

/** What can be decided about the image at hand, and the way to the next one. */
export interface Flow {
  /** Asks first what becomes of proposals that are left. */
  submit: () => void;
  /** Judges the proposals that are left, all alike, and submits. */
  judgeAndSubmit: (verdict: "accept" | "reject") => void;
  skip: (note: string) => void;
  flag: (note: string) => void;
  putOff: () => void;
  reopen: () => void;
  /** A reviewer's word, and the way to the next image that waits for one. Asks first as well. */
  accept: () => void;
  judgeAndAccept: (verdict: "accept" | "reject") => void;
  sendBack: (note: string) => void;
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

export function useFlow(annotator: Annotator, imageId: string, userId: string): FlowState {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<FlowDialog | null>(null);
  const [guidelinesShown, setGuidelinesShown] = useState(false);
  const busy = useRef(false);

  const flow = useMemo<Flow>(() => {
    const hint = (text: string) => annotator.store.setState({ hint: text });
    const changes = () => annotator.outbox.changes.getState();

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

    function decide(to: DecidedState, note: string | null): Promise<void> {
      return annotator.outbox.add({ kind: "decide", imageId, to, note });
    }

    async function openNext(): Promise<void> {
      const nextId = await next();
      if (nextId === null) hint("Nothing else is left in the queue.");
      else if (nextId === undefined)
        hint(
          "The server does not answer, and no other image is here to go on with. " +
            "What you did is kept in this browser and sent when it answers again.",
        );
      else await navigate({ to: "/images/$imageId", params: { imageId: nextId } });
    }

    /** The queue's next image, without the server one that is here already; null: none is left, undefined: not known. */
    async function next(): Promise<string | null | undefined> {
      try {
        const image = await answeredInTime(fromQueue(), NEXT_WITHIN_MS);
        if (image === null || image.id === imageId) return null;
        cache.setQueryData(keys.image(image.id), image);
        return image.id;
      } catch (error) {
        if (!(error instanceof ApiError && error.isTemporary)) throw error;
        return fromCache();
      }
    }

    /** The queue must know first what was decided, or it gives out an image that is done. */
    async function fromQueue(): Promise<ImageDetail | null> {
      await annotator.outbox.send();
      return takeNext(imageId);
    }

    function fromCache(): string | undefined {
      const fetched = (id: string) => {
        const image = cache.getQueryData<ImageDetail>(keys.image(id));
        return image && { ...image, work: withDecisions(image.work, changes(), id, userId) };
      };
      return nextFetched(imageId, cache.getQueryData<QueueOut>(keys.queue(imageId)), fetched, userId);
    }

    const decideAndGoOn = (to: DecidedState, note: string | null = null) =>
      once(async () => {
        await decide(to, note);
        await openNext();
      });

    const reviewAndGoOn = (to: DecidedState, note: string | null = null) =>
      once(async () => {
        await decide(to, note);
        await annotator.outbox.send();
        await openReview();
      });

    async function openReview(): Promise<void> {
      const image = await answeredInTime(takeNextReview(), NEXT_WITHIN_MS);
      if (image === null) {
        // Not to stay: the page would take an image that was sent back from who is to work on it.
        notifications.show({ message: "Nothing else waits for your review." });
        await navigate({ to: "/images" });
        return;
      }
      cache.setQueryData(keys.image(image.id), image);
      await navigate({ to: "/images/$imageId", params: { imageId: image.id } });
    }

    async function judgeRest(verdict: "accept" | "reject"): Promise<void> {
      const left = annotator.saved.proposals();
      const changes = verdict === "accept" ? accepting(annotator, left) : rejecting(left);
      await annotator.history.do(`${left.length} proposals ${verdict}ed`, changes);
    }

    return {
      submit: () => {
        if (annotator.saved.proposals().length > 0) setDialog("submit-proposals");
        else void decideAndGoOn("submitted");
      },
      judgeAndSubmit: (verdict) =>
        void once(async () => {
          await judgeRest(verdict);
          await decide("submitted", null);
          await openNext();
        }),
      skip: (text) => void decideAndGoOn("skipped", text),
      flag: (text) => void decideAndGoOn("flagged", text),
      putOff: () => void decideAndGoOn("later"),
      reopen: () => void once(() => decide("open", null)),
      accept: () => {
        if (annotator.saved.proposals().length > 0) setDialog("accept-proposals");
        else void reviewAndGoOn("done");
      },
      judgeAndAccept: (verdict) =>
        void once(async () => {
          await judgeRest(verdict);
          await decide("done", null);
          await annotator.outbox.send();
          await openReview();
        }),
      sendBack: (text) => void reviewAndGoOn("open", text),
      openNext: () => void once(openNext),
      ask: setDialog,
      toggleGuidelines: () => setGuidelinesShown((shown) => !shown),
    };
  }, [annotator, cache, navigate, imageId, userId]);

  return { flow, dialog, guidelinesShown };
}
