import type { QueryClient } from "@tanstack/react-query";
import { keys } from "../../api/queries";
import type { MaskOut } from "../../api/types";
import { type Change, type MaskChange, withAnswer } from "./changes";
import type { Answer } from "./send";

/** Brings what the page knows up to date with a change that the server has just taken. */
export function noteAnswer(cache: QueryClient, change: Change, answer: Answer): void {
  if (change.kind !== "decide" && "mask" in answer) noteMask(cache, change, answer.mask);
  if ("image" in answer) {
    cache.setQueryData(keys.image(change.imageId), answer.image);
    void cache.invalidateQueries({ queryKey: keys.queues });
  }
}

function noteMask(cache: QueryClient, change: MaskChange, answer: MaskOut | null): void {
  const queryKey = keys.masks(change.imageId);
  const isOnItsWay = cache.getQueryState(queryKey)?.fetchStatus === "fetching";
  cache.setQueryData<MaskOut[]>(queryKey, (saved) =>
    saved || isOnItsWay ? withAnswer(saved ?? [], change, answer) : saved,
  );
  // A list that was asked for before the change may come without it: that one is dropped and asked for again.
  if (isOnItsWay) void cache.refetchQueries({ queryKey });
}
