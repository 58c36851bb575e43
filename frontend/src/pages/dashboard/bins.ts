import type { AgreementOut } from "../../api/types";

export type Compared<Kind extends string> = Omit<AgreementOut, "kind"> & { kind: Kind };

interface Bin {
  /** `0.85–0.90`. */
  iou: string;
  masks: Record<string, number>;
  /** Of all masks of the kind, so that few of one stand beside many of the other. */
  shares: Record<string, number>;
}

/** Masks are paired from this IoU on; below are those that have no other one, which only audits count. */
const PAIRED_FROM = 0.5;

/** All kinds beside each other, which have the same bins; those below that hold nothing are left out. */
export function binsOf(compared: readonly Compared<string>[]): Bin[] {
  const bins = compared[0]?.histogram ?? [];
  const first = bins.findIndex(
    ({ from }, index) =>
      from >= PAIRED_FROM || compared.some(({ histogram }) => (histogram[index]?.masks ?? 0) > 0),
  );
  const kinds = compared.map(({ kind, histogram }) => ({
    kind,
    histogram,
    all: histogram.reduce((sum, { masks }) => sum + masks, 0),
  }));
  return bins.slice(Math.max(0, first)).map(({ from, to }, place) => {
    const bin: Bin = { iou: `${from.toFixed(2)}–${to.toFixed(2)}`, masks: {}, shares: {} };
    for (const { kind, histogram, all } of kinds) {
      const masks = histogram[Math.max(0, first) + place]?.masks ?? 0;
      bin.masks[kind] = masks;
      bin.shares[kind] = all === 0 ? 0 : masks / all;
    }
    return bin;
  });
}
