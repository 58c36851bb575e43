import type { ImageCounts } from "../../api/types";

export type ImageState = Exclude<keyof ImageCounts, "total">;

/** The states of images, from those that are through to those that nobody can begin; the order of every bar. */
export const IMAGE_STATES = [
  "done",
  "in_review",
  "submitted",
  "in_work",
  "flagged",
  "later",
  "ready",
  "waiting",
  "failed",
  "skipped",
] as const satisfies ImageState[];

export const STATE_LABELS: Record<ImageState, string> = {
  done: "Done",
  in_review: "In review",
  submitted: "Submitted",
  in_work: "In work",
  flagged: "Needs help",
  later: "Later",
  ready: "Ready",
  waiting: "Waiting for the model",
  failed: "Failed",
  skipped: "Skipped",
};

export interface Part {
  state: ImageState;
  count: number;
}

/** The states that there are images of. */
export function partsOf(images: ImageCounts): Part[] {
  return IMAGE_STATES.map((state) => ({ state, count: images[state] })).filter(({ count }) => count > 0);
}

/** `12 submitted, 3 ready`, for those who do not see the bar. */
export function partsText(parts: readonly Part[]): string {
  if (parts.length === 0) return "no images";
  return parts
    .map(({ state, count }) => `${count.toLocaleString()} ${STATE_LABELS[state].toLowerCase()}`)
    .join(", ");
}
