import type { QueryClient } from "@tanstack/react-query";
import { keys } from "../../api/queries";
import type { MaskOut } from "../../api/types";
import { type Change, withAnswer } from "./changes";

/** Brings the page's list of an image's masks up to date with a change that the server has just taken. */
export function noteAnswer(cache: QueryClient, change: Change, answer: MaskOut | null): void {
  const queryKey = keys.masks(change.imageId);
  const isOnItsWay = cache.getQueryState(queryKey)?.fetchStatus === "fetching";
  cache.setQueryData<MaskOut[]>(queryKey, (saved) =>
    saved || isOnItsWay ? withAnswer(saved ?? [], change, answer) : saved,
  );
  // A list that was asked for before the change may come without it: that one is dropped and asked for again.
  if (isOnItsWay) void cache.refetchQueries({ queryKey });
}
