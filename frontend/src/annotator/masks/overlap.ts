import type { OverlapRule } from "../../api/types";
import { overlaps, subtract } from "./cut";
import type { CutMask } from "./rle";

/** A saved mask as the overlap rule sees it. */
export interface Older {
  id: string;
  shape: CutMask;
  /** Locked masks are never cut: newer ones yield to them. */
  locked: boolean;
}

export interface Resolved {
  /** The newer masks, in their order; what other masks have taken is gone, which may be all of it. */
  newer: CutMask[];
  /** The older masks that have become smaller, by their ids; a mask with nothing left has no width. */
  older: Map<string, CutMask>;
}

/** What the project's rule makes of pixels that newer masks share with older ones. */
export function resolveOverlaps(
  rule: OverlapRule,
  newer: readonly CutMask[],
  older: readonly Older[],
): Resolved {
  const cut = new Map<string, CutMask>();
  if (rule === "allow") return { newer: [...newer], older: cut };
  const kept = older.filter(({ locked }) => locked || rule === "newer_is_cut");
  const left = newer.map((mask) =>
    without(
      mask,
      kept.map(({ shape }) => shape),
    ),
  );
  for (const { id, shape, locked } of older) {
    if (locked || rule === "newer_is_cut") continue;
    const rest = without(shape, left);
    if (rest !== shape) cut.set(id, rest);
  }
  return { newer: left, older: cut };
}

/** The very same mask where there is nothing to take away. */
function without(mask: CutMask, others: readonly CutMask[]): CutMask {
  const overlapping = others.filter((other) => overlaps(mask, other));
  return overlapping.length === 0 ? mask : subtract(mask, overlapping);
}
