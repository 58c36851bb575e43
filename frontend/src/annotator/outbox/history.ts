import { isProposed, type ListedMask, leavesMask, maskAfter, type NewMaskChange } from "./changes";
import { changeOf, contentOf, judgement, removal, restorations } from "./relations";
import { uuidv7 } from "./uuid";

/** One thing that was done to saved masks of an image, to be taken back and done again as a whole. */
export interface MaskStep {
  /** Sorts by the time it was done. */
  id: string;
  imageId: string;
  /** What was done, for the person: "2 masks deleted". */
  about: string;
  /** Every mask that it changed, as it was and as it became; null: not there. */
  masks: readonly { before: ListedMask | null; after: ListedMask | null }[];
  undone: boolean;
}

/** `listed`: the image's masks before the changes, of which there is one a mask. */
export function stepOf(
  about: string,
  imageId: string,
  changes: readonly NewMaskChange[],
  listed: readonly ListedMask[],
): MaskStep {
  const masks = changes.map((change) => {
    const before = listed.find(({ id }) => id === change.maskId);
    const after = leavesMask(change) ? withoutLog(maskAfter(change, before)) : null;
    return { before: before ?? null, after };
  });
  return { id: uuidv7(), imageId, about, masks, undone: false };
}

/** The log is sent once, with what it is of. */
function withoutLog({ log: _, ...mask }: ListedMask): ListedMask {
  return mask;
}

/** The step that Undo takes back next. */
export function lastDone(steps: readonly MaskStep[]): MaskStep | undefined {
  return steps.findLast(({ undone }) => !undone);
}

/** The step that Redo does again next. */
export function firstUndone(steps: readonly MaskStep[]): MaskStep | undefined {
  return steps.find(({ undone }) => undone);
}

/**
 * What brings the masks of a step from one of its ends to the other, with `listed` the image's masks now; null when
 * something else has changed one of them since.
 */
export function changesTo(
  end: "before" | "after",
  { masks }: MaskStep,
  listed: readonly ListedMask[],
): NewMaskChange[] | null {
  const changes: NewMaskChange[] = [];
  for (const { before, after } of masks) {
    const [from, to] = end === "before" ? [after, before] : [before, after];
    const now = listed.find(({ id }) => id === (from ?? to)?.id) ?? null;
    if (!areAlike(now, from)) return null;
    if (now && to) changes.push(...stepTo(now, to));
    else if (now) changes.push(removal(now));
    else if (to) changes.push(...(isProposed(to) ? [judgement("propose", to)] : restorations([to])));
  }
  return changes;
}

/** A proposal that is saved is accepted; taking that back makes it one again. */
function stepTo(now: ListedMask, to: ListedMask): NewMaskChange[] {
  const fields = differences(now, to);
  const saves = Object.keys(fields).length > 0 ? [changeOf(now, fields)] : [];
  if (!isProposed(now) && isProposed(to)) return [...saves, judgement("propose", now)];
  return isProposed(now) && !isProposed(to) && saves.length === 0 ? [judgement("accept", now)] : saves;
}

/** Whether a person would see the same mask. */
function areAlike(a: ListedMask | null, b: ListedMask | null): boolean {
  if (!a || !b) return a === b;
  return (
    isProposed(a) === isProposed(b) &&
    a.rle.counts === b.rle.counts &&
    (a.label_id ?? null) === (b.label_id ?? null) &&
    (a.locked ?? false) === (b.locked ?? false)
  );
}

function differences(now: ListedMask, wanted: ListedMask) {
  const before = contentOf(now);
  const fields = Object.entries(contentOf(wanted)).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field as keyof typeof before]),
  );
  return Object.fromEntries(fields) as Partial<typeof before>;
}
