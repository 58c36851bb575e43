import type { ImageDetail, WorkOut, WorkState } from "../../api/types";
import type { LeaseState } from "./Lease";

/** How an image's work is shown: its state, or that somebody has it now. */
export type ShownWork = WorkState | "in_work";

export const WORK_LABELS: Record<ShownWork, string> = {
  open: "To do",
  in_work: "In work",
  later: "Later",
  flagged: "Needs help",
  submitted: "Submitted",
  in_review: "In review",
  done: "Done",
  skipped: "Skipped",
};

const DONE: readonly WorkState[] = ["submitted", "in_review", "done", "skipped"];

export function shownWork(work: WorkOut): ShownWork {
  return work.held_by === null ? work.state : "in_work";
}

/** Whether the person's say on the image is that of a reviewer. */
export function isReview(image: Pick<ImageDetail, "work" | "may_review">): boolean {
  return image.work.state === "in_review" && image.may_review === true;
}

/** Nobody but its reviewer changes masks of an image that is done, unless they reopen it. */
export function isDone(work: Pick<WorkOut, "state">): boolean {
  return DONE.includes(work.state);
}

/** Still to do, and nobody else has it now. */
export function isFree({ state, held_by }: WorkOut, userId: string): boolean {
  return state === "open" && (held_by === null || held_by === userId);
}

/** Who else has the image, by name as far as that is known here. */
export function holderName(work: WorkOut | undefined, userId: string): string {
  return (work?.held_by !== userId && work?.held_by_name) || "Somebody else";
}

/** One sentence on why the masks cannot be changed now; null: they can. */
export function whyReadOnly(
  image: Pick<ImageDetail, "work" | "may_review"> | undefined,
  lease: LeaseState,
  userId: string,
  isGone = false,
): string | null {
  const work = image?.work;
  if (isGone) return "This image is not in your queue any more.";
  if (work?.state === "submitted") return "This image is submitted. Reopen it to change its masks.";
  if (work?.state === "in_review" && !image?.may_review) return "This image is in review.";
  if (work?.state === "done") return "This image is done. Reopen it to change its masks.";
  if (work?.state === "skipped") return "This image is skipped. Reopen it to work on it.";
  return lease.kind === "theirs" ? `${holderName(work, userId)} has this image now.` : null;
}
