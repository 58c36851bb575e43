import type { Stage } from "../api/types";

export const STAGE_LABELS: Record<Stage, string> = {
  assisted_manual: "Assisted manual",
  semi_automatic: "Semi-automatic",
  fully_automatic: "Fully automatic",
};
