import type { BatchOut, ImageCounts } from "../../api/types";

/** Images whose masks are complete, also while somebody reviews them. */
export function finished({ submitted, in_review, done }: ImageCounts): number {
  return submitted + in_review + done;
}

export interface Totals {
  finished: number;
  /** Without skipped ones. */
  images: number;
  skipped: number;
  masks: number;
  proposals: number;
  secondsPerMask: number | null;
  /** Of people's time; null: no batch is far enough to tell. */
  secondsLeft: number | null;
  /** Batches that people have work in, but no pace yet. */
  withoutPace: number;
}

/** Images and masks of the batches of work; time also for second looks and audits. */
export function totalsOf(batches: readonly BatchOut[]): Totals {
  const work = batches.filter(({ kind }) => kind === "work");
  const timed = sum(work, (batch) => batch.timed_masks);
  const paced = batches.filter(({ seconds_left }) => seconds_left !== null);
  return {
    finished: sum(work, ({ images }) => finished(images)),
    images: sum(work, ({ images }) => images.total - images.skipped),
    skipped: sum(work, ({ images }) => images.skipped),
    masks: sum(work, (batch) => batch.masks),
    proposals: sum(work, (batch) => batch.proposals),
    secondsPerMask:
      timed === 0 ? null : sum(work, (batch) => (batch.seconds_per_mask ?? 0) * batch.timed_masks) / timed,
    secondsLeft: paced.length === 0 ? null : sum(paced, ({ seconds_left }) => seconds_left ?? 0),
    withoutPace: batches.filter((batch) => batch.seconds_left === null && hasWorkForPeople(batch)).length,
  };
}

/** Images that people still have to annotate. */
function hasWorkForPeople({ stage, images }: BatchOut): boolean {
  return stage !== "fully_automatic" && images.total - images.skipped - finished(images) > 0;
}

export interface ListedBatch {
  batch: BatchOut;
  isChild: boolean;
}

/** Each batch with its second looks and audits behind it, otherwise in the given order. */
export function inFamilies(batches: readonly BatchOut[]): ListedBatch[] {
  const ids = new Set(batches.map(({ id }) => id));
  const isChild = ({ parent_id }: BatchOut) => parent_id !== null && ids.has(parent_id);
  return batches
    .filter((batch) => !isChild(batch))
    .flatMap((batch) => [
      { batch, isChild: false },
      ...batches
        .filter(({ parent_id }) => parent_id === batch.id)
        .map((child) => ({ batch: child, isChild: true })),
    ]);
}

/** What goes when a batch is deleted: itself, and its second looks and audits. */
export function familyOf(batch: BatchOut, batches: readonly BatchOut[]): [BatchOut, ...BatchOut[]] {
  return [batch, ...batches.filter(({ parent_id }) => parent_id === batch.id)];
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
