import type { RouterState } from "@tanstack/react-router";
import { parseImagesSearch } from "../search";

/** The batch that the images page shows, where imported images are meant to go; null: all of them. */
export function shownBatch({ location }: Pick<RouterState, "location">): string | null {
  return parseImagesSearch(location.search).batch ?? null;
}
