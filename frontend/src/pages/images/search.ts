import { type ShownWork, shownWork } from "../../annotator/flow/work";
import type { EmbeddingState, ImageOut } from "../../api/types";

/** What the address bar says about the list: `?batch=<id>&state=failed&work=flagged&q=street`. */
export interface ImagesSearch {
  batch?: string;
  state?: EmbeddingState;
  work?: ShownWork;
  q?: string;
}

export const EMBEDDING_STATES = [
  "queued",
  "computing",
  "ready",
  "failed",
] as const satisfies EmbeddingState[];

export const WORK_STATES = [
  "open",
  "in_work",
  "later",
  "flagged",
  "submitted",
  "in_review",
  "done",
  "skipped",
] as const satisfies ShownWork[];

export function parseImagesSearch(search: Record<string, unknown>): ImagesSearch {
  const state = EMBEDDING_STATES.find((known) => known === search.state);
  const work = WORK_STATES.find((known) => known === search.work);
  // The router reads ?q=2024 as a number.
  const q = typeof search.q === "string" || typeof search.q === "number" ? String(search.q) : "";
  const batch = typeof search.batch === "string" ? search.batch : "";
  return {
    ...(batch ? { batch } : {}),
    ...(state ? { state } : {}),
    ...(work ? { work } : {}),
    ...(q ? { q } : {}),
  };
}

export function isFiltering(search: ImagesSearch): boolean {
  const { batch, state, work, q } = search;
  return [batch, state, work].some((filter) => filter !== undefined) || Boolean(q?.trim());
}

export function matches(image: ImageOut, search: ImagesSearch): boolean {
  if (search.batch && image.batch.id !== search.batch) return false;
  if (search.state && image.embedding.state !== search.state) return false;
  if (search.work && shownWork(image.work) !== search.work) return false;
  const words = (search.q ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const name = image.name.toLocaleLowerCase();
  return words.every((word) => name.includes(word));
}
