import type { MaskSource } from "../../api/types";
import type { Series } from "../../charts/plots";

/** What masks are made by, as charts tell it apart; theme.ts has a colour for each. */
export const GROUP_LABELS = {
  clicked: "Clicks",
  clicked_painted: "Clicks and brush",
  painted: "Brush",
  corrected: "Corrections",
  detected: "Detector",
  automatic: "Generator",
  imported: "Imports",
} as const;

export type SourceGroup = keyof typeof GROUP_LABELS;

/** What is made from masks that were there (edited, merged, split, copied) is a correction. */
export const SOURCE_GROUPS: Record<MaskSource, SourceGroup> = {
  clicked: "clicked",
  clicked_painted: "clicked_painted",
  painted: "painted",
  edited: "corrected",
  merged: "corrected",
  split: "corrected",
  copied: "corrected",
  detected: "detected",
  automatic: "automatic",
  imported: "imported",
};

export const GROUPS = Object.keys(GROUP_LABELS) as SourceGroup[];

/** The same colour for the same source in every chart. */
export function sourceSeries(groups: readonly SourceGroup[]): Series[] {
  return groups.map((name) => ({
    name,
    label: GROUP_LABELS[name],
    color: `var(--source-${name.replace("_", "-")})`,
  }));
}
