import { type ShownWork, shownWork } from "../../annotator/flow/work";
import type { EmbeddingState, ImageOut, MaskFilters, MaskSource } from "../../api/types";

/** What the address bar says about the list: `?state=failed&work=flagged&batch=...&label=...&made=clicks&q=street`. */
export interface ImagesSearch {
  state?: EmbeddingState;
  work?: ShownWork;
  batch?: string;
  label?: string;
  made?: MadeBy;
  q?: string;
}

/** What masks are made by, in the words of people; some are made by several. */
export const MADE_BY = {
  clicks: { label: "Clicks", sources: ["clicked", "clicked_painted"] },
  brush: { label: "Brush", sources: ["painted", "clicked_painted"] },
  correction: { label: "Corrections", sources: ["edited"] },
  detector: { label: "The detector", sources: ["detected"] },
  generator: { label: "The automatic generator", sources: ["automatic"] },
  imports: { label: "Imports", sources: ["imported"] },
} as const satisfies Record<string, { label: string; sources: MaskSource[] }>;

export type MadeBy = keyof typeof MADE_BY;

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

const MADE = Object.keys(MADE_BY) as MadeBy[];

export function parseImagesSearch(search: Record<string, unknown>): ImagesSearch {
  const state = EMBEDDING_STATES.find((known) => known === search.state);
  const work = WORK_STATES.find((known) => known === search.work);
  const text = (value: unknown) => (typeof value === "string" && value !== "all" ? value : "");
  const batch = text(search.batch);
  const label = text(search.label);
  const made = MADE.find((known) => known === search.made);
  // The router reads ?q=2024 as a number.
  const q = typeof search.q === "string" || typeof search.q === "number" ? String(search.q) : "";
  return {
    ...(state ? { state } : {}),
    ...(work ? { work } : {}),
    ...(batch ? { batch } : {}),
    ...(label ? { label } : {}),
    ...(made ? { made } : {}),
    ...(q ? { q } : {}),
  };
}

export function isFiltering(search: ImagesSearch): boolean {
  const { q, ...others } = search;
  return Object.values(others).some((value) => value !== undefined) || Boolean(q?.trim());
}

/** What is asked of the images' masks, which the server knows; null: nothing. */
export function maskFilters({ label, made }: ImagesSearch): MaskFilters | null {
  if (label === undefined && made === undefined) return null;
  return { ...(label ? { label } : {}), ...(made ? { source: [...MADE_BY[made].sources] } : {}) };
}

export function matches(image: ImageOut, search: ImagesSearch): boolean {
  if (search.state && image.embedding.state !== search.state) return false;
  if (search.work && shownWork(image.work) !== search.work) return false;
  if (search.batch && image.batch.id !== search.batch) return false;
  const words = (search.q ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const name = image.name.toLocaleLowerCase();
  return words.every((word) => name.includes(word));
}
