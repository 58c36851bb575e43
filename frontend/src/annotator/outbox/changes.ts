import type { MaskIn, MaskOut } from "../../api/types";

/** Something the person did to a mask that the server does not know yet. Sent in the order it was done. */
export type Change = { seq: number; maskId: string; imageId: string; rejected: string | null } & (
  | { kind: "save"; mask: MaskIn }
  | { kind: "delete" }
  | { kind: "restore"; mask: ListedMask }
);

export type NewChange =
  | { kind: "save"; maskId: string; imageId: string; mask: MaskIn }
  | { kind: "delete"; maskId: string; imageId: string }
  | { kind: "restore"; maskId: string; imageId: string; mask: ListedMask };

/** A mask as the page lists it, whether the server has it yet or not. */
export interface ListedMask extends MaskIn {
  id: string;
  waiting: boolean;
  /** Who made it; null: the person at this page, while the server has not got it, or nobody knows. */
  author_id: string | null;
  author_name: string | null;
  /** The server's version of the mask once it has what waits: what a further change is based on. */
  version: number;
}

/** The image's masks as the person left them: what the server has, with the waiting changes on top. */
export function withChanges(saved: MaskOut[], changes: readonly Change[], imageId: string): ListedMask[] {
  const masks = new Map<string, ListedMask>();
  for (const mask of saved) if (mask.state === "accepted") masks.set(mask.id, { ...mask, waiting: false });
  for (const change of changes) {
    if (change.imageId !== imageId || change.rejected !== null) continue;
    if (change.kind === "delete") masks.delete(change.maskId);
    else {
      const version = versionAfter(change);
      const { author_id = null, author_name = null } = masks.get(change.maskId) ?? {};
      const waiting = { id: change.maskId, waiting: true, version };
      masks.set(change.maskId, { author_id, author_name, ...change.mask, ...waiting });
    }
  }
  // UUIDv7 ids sort by the time they were made.
  return [...masks.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Deleting and restoring make a version each. */
function versionAfter(change: Extract<Change, { kind: "save" | "restore" }>): number {
  return change.kind === "save" ? (change.mask.base_version ?? 0) + 1 : change.mask.version + 2;
}

/** The server's list after it has taken a change, so that nothing need be asked for again. */
export function withAnswer(saved: MaskOut[], change: Change, answer: MaskOut | null): MaskOut[] {
  const others = saved.filter((mask) => mask.id !== change.maskId);
  return answer ? [...others, answer] : others;
}

/** One short line about what is saved. */
export function saveText(changes: readonly Change[], isSignedOut = false): string {
  const rejected = changes.filter((change) => change.rejected !== null).length;
  const waiting = changes.length - rejected;
  if (rejected > 0) return `${rejected} refused by the server`;
  if (waiting === 0) return "All saved";
  return isSignedOut ? `${waiting} waiting for you to sign in` : `${waiting} waiting for the server`;
}
