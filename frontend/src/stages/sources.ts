import type { MaskSource } from "../api/types";

/** How a mask was made. */
export const SOURCE_LABELS: Record<MaskSource, string> = {
  clicked: "clicked",
  painted: "painted",
  clicked_painted: "clicked, painted",
  edited: "edited",
  imported: "imported",
  merged: "merged",
  split: "split",
  copied: "copied",
  detected: "detected",
  automatic: "automatic",
};
