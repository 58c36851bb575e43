import type { MaskIn, MaskOut, MaskState, WorkOut, WorkState } from "../../api/types";
import { isDone } from "../flow/work";

/**
 * Something that the person did to a mask. A further version says which fields are `changed`; the others are as the page
 * knew them.
 */
export type NewMaskChange = { maskId: string; imageId: string } & (
  | { kind: "save"; mask: MaskIn; changed?: readonly (keyof MaskIn)[] }
  | { kind: "delete" }
  | { kind: "restore"; mask: ListedMask }
  | { kind: Judgement; mask: ListedMask }
);

/** What is said of a mask that a machine has proposed; `propose` takes the others back. */
type Judgement = "accept" | "reject" | "propose";

/** A change that leaves a mask. */
type LeavingMask = Exclude<NewMaskChange, { kind: "delete" | "reject" }>;

/** That an image goes to review is for the server to say. */
export type DecidedState = Exclude<WorkState, "in_review">;

/**
 * What the person decided about an image: that it is done, or goes elsewhere, or (`open`) is worked on again; with a
 * note, a reviewer sends it back.
 */
export interface NewDecision {
  kind: "decide";
  imageId: string;
  to: DecidedState;
  note: string | null;
}

export type NewChange = NewMaskChange | NewDecision;

interface Kept {
  seq: number;
  /** Why the server does not take it; null while it may. */
  rejected: string | null;
  /** The code of that answer; changes that older releases kept have none. */
  rejectedCode?: string;
}

export type MaskChange = NewMaskChange & Kept;
export type MaskSave = MaskChange & { kind: "save" };
export type Decision = NewDecision & Kept;

/** Something the person did that the server does not know yet. Sent in the order it was done. */
export type Change = MaskChange | Decision;

/** A mask as the page lists it, whether the server has it yet or not. */
export interface ListedMask extends MaskIn {
  id: string;
  waiting: boolean;
  state: MaskState;
  /** Who made it; null: the person at this page, while the server has not got it, or nobody knows. */
  author_id: string | null;
  author_name: string | null;
  /** The server's version of the mask once it has what waits: what a further change is based on. */
  version: number;
}

/** The image's masks as the person left them: what the server has, with the waiting changes on top. */
export function withChanges(saved: MaskOut[], changes: readonly Change[], imageId: string): ListedMask[] {
  const masks = new Map<string, ListedMask>();
  for (const mask of saved) if (isListed(mask)) masks.set(mask.id, { ...mask, waiting: false });
  for (const change of changes) {
    if (change.imageId !== imageId || change.rejected !== null || change.kind === "decide") continue;
    if (!leavesMask(change)) masks.delete(change.maskId);
    else masks.set(change.maskId, maskAfter(change, masks.get(change.maskId)));
  }
  return [...masks.values()].sort(byPlace);
}

export function isProposed({ state }: Pick<ListedMask, "state">): boolean {
  return state === "proposed";
}

/** Deleting and rejecting leave none. */
export function leavesMask<C extends NewMaskChange>(change: C): change is C & LeavingMask {
  return change.kind !== "delete" && change.kind !== "reject";
}

function isListed({ state }: MaskOut): boolean {
  return state === "accepted" || state === "proposed";
}

/** Proposals first, the surest of them at the top; then masks by the time they were made, as their UUIDv7 ids sort. */
function byPlace(a: ListedMask, b: ListedMask): number {
  if (isProposed(a) !== isProposed(b)) return isProposed(a) ? -1 : 1;
  const surer = isProposed(a) ? (b.predicted_iou ?? 0) - (a.predicted_iou ?? 0) : 0;
  return surer || (a.id < b.id ? -1 : 1);
}

/** The mask that a change leaves, while it waits; who made it is known from the one `before`. */
export function maskAfter(
  change: LeavingMask,
  before: Pick<ListedMask, "author_id" | "author_name"> | undefined,
): ListedMask {
  const { author_id = null, author_name = null } = before ?? {};
  return {
    author_id,
    author_name,
    ...change.mask,
    id: change.maskId,
    waiting: true,
    state: stateAfter(change),
    version: versionAfter(change),
  };
}

/** As the server has it (backend/masks/states.py). */
function stateAfter(change: LeavingMask): MaskState {
  if (change.kind === "restore") return change.mask.state;
  return change.kind === "propose" ? "proposed" : "accepted";
}

/** Deleting and restoring make a version each, and so do rejecting a mask and proposing it again. */
function versionAfter(change: LeavingMask): number {
  if (change.kind === "save") return (change.mask.base_version ?? 0) + 1;
  const isGone = change.kind === "restore" || (change.kind === "propose" && isProposed(change.mask));
  return change.mask.version + (isGone ? 2 : 1);
}

/** The server's list after it has taken a change, so that nothing need be asked for again. */
export function withAnswer(saved: MaskOut[], change: MaskChange, answer: MaskOut | null): MaskOut[] {
  const others = saved.filter((mask) => mask.id !== change.maskId);
  return answer ? [...others, answer] : others;
}

/** The image's work as the person left it; the same object when nothing that was decided about it still waits. */
export function withDecisions(
  work: WorkOut,
  changes: readonly Change[],
  imageId: string,
  me: string,
): WorkOut {
  const held = heldBack(changes);
  let decided = work;
  for (const change of changes) {
    if (change.kind !== "decide" || change.imageId !== imageId || change.rejected !== null) continue;
    if (held.has(change)) continue;
    decided = { ...work, state: change.to, note: change.note, by: me };
  }
  return decided;
}

/**
 * What must not be sent now: it builds on something that was refused. That is a mask's later changes, what was decided
 * about an image after a refused decision, and that an image is done while one of its masks was refused.
 */
export function heldBack(changes: readonly Change[]): ReadonlySet<Change> {
  const masks = new Set<string>();
  const incomplete = new Set<string>();
  const undecided = new Set<string>();
  const held = new Set<Change>();
  for (const change of changes) {
    const { imageId, rejected } = change;
    const isStopped =
      change.kind === "decide"
        ? undecided.has(imageId) || (isDone({ state: change.to }) && incomplete.has(imageId))
        : masks.has(change.maskId);
    if (rejected === null && !isStopped) continue;
    if (rejected === null) held.add(change);
    if (change.kind === "decide") undecided.add(imageId);
    else {
      masks.add(change.maskId);
      incomplete.add(imageId);
    }
  }
  return held;
}

/** One short line about what is saved. */
export function saveText(changes: readonly Change[], isSignedOut = false): string {
  const rejected = changes.filter((change) => change.rejected !== null).length;
  const waiting = changes.length - rejected;
  if (rejected > 0) return `${rejected} refused by the server`;
  if (waiting === 0) return "All saved";
  return isSignedOut ? `${waiting} waiting for you to sign in` : `${waiting} waiting for the server`;
}
