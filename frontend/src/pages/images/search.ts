import type { EmbeddingState, ImageOut } from "../../api/types";

/** What the address bar says about the list: `?state=failed&q=street`. */
export interface ImagesSearch {
  state?: EmbeddingState;
  q?: string;
}

export const EMBEDDING_STATES = [
  "queued",
  "computing",
  "ready",
  "failed",
] as const satisfies EmbeddingState[];

export function parseImagesSearch(search: Record<string, unknown>): ImagesSearch {
  const state = EMBEDDING_STATES.find((known) => known === search.state);
  // The router reads ?q=2024 as a number.
  const q = typeof search.q === "string" || typeof search.q === "number" ? String(search.q) : "";
  return { ...(state ? { state } : {}), ...(q ? { q } : {}) };
}

export function isFiltering(search: ImagesSearch): boolean {
  return search.state !== undefined || Boolean(search.q?.trim());
}

export function matches(image: ImageOut, search: ImagesSearch): boolean {
  if (search.state && image.embedding.state !== search.state) return false;
  const words = (search.q ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const name = image.name.toLocaleLowerCase();
  return words.every((word) => name.includes(word));
}
