import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { useConnection } from "../../api/connection";
import { useGone } from "../../api/gone";
import { keys } from "../../api/queries";
import type { ImageDetail } from "../../api/types";
import type { Annotator } from "../Annotator";
import { Lease } from "./Lease";
import { isDone, isReview, whyReadOnly } from "./work";

const INPUTS = ["pointerdown", "pointermove", "wheel", "keydown"] as const;

/**
 * Holds the lease of the image at hand while it is worked on, and says when its masks are not to be changed. The lease
 * goes by what the server knows (`saved`): an image that is submitted here is ours until the server has heard of it.
 */
export function useLease(
  annotator: Annotator,
  imageId: string,
  saved: ImageDetail | undefined,
  image: ImageDetail | undefined,
  userId: string,
): Lease {
  const cache = useQueryClient();
  const [lease] = useState(() => new Lease());
  const state = useStore(lease.store);
  const isWanted = saved !== undefined && (!isDone(saved.work) || isReview(saved));
  const holder = saved?.work.held_by ?? null;

  useEffect(() => {
    lease.onTaken = (taken) => void cache.invalidateQueries({ queryKey: keys.masks(taken) });
  }, [lease, cache]);

  useEffect(() => {
    if (!isWanted) return;
    const enter = () => lease.enter(imageId);
    const leave = () => lease.leave();
    enter();
    // The browser may keep the page and show it again.
    window.addEventListener("pagehide", leave);
    window.addEventListener("pageshow", enter);
    return () => {
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("pageshow", enter);
      leave();
    };
  }, [lease, imageId, isWanted]);

  useEffect(() => {
    if (isWanted && holder !== userId) lease.noteHolder(holder !== null);
  }, [lease, isWanted, holder, userId]);

  useEffect(() => {
    const noteInput = () => lease.noteInput();
    for (const name of INPUTS) window.addEventListener(name, noteInput, { passive: true });
    const unsubscribe = useConnection.subscribe(({ state }) => {
      if (state === "live") lease.askAgain();
    });
    return () => {
      for (const name of INPUTS) window.removeEventListener(name, noteInput);
      unsubscribe();
    };
  }, [lease]);

  const isGone = useGone(({ ids }) => ids.has(imageId));
  const readOnly = whyReadOnly(image, state, userId, isGone);
  useEffect(() => annotator.store.setState({ readOnly }), [annotator, readOnly]);
  return lease;
}
