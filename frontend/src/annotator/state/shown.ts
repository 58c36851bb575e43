import { honourClicks } from "../masks/honour";
import { type MaskLayers, showCut, showDecoded } from "../masks/layers";
import type { Rect } from "../masks/rect";
import { type Draft, shownAsk, shownPrediction } from "./draft";

/** Brings the decoded layer up to what the draft shows. Returns the rectangle that may have changed. */
export function showAnswer(layers: MaskLayers, draft: Draft, threshold: number): Rect {
  const shown = shownAsk(draft);
  // A saved mask that nothing was asked about is shown as it is, to the pixel.
  if (draft.start && shown?.refines === null) return showCut(layers, draft.start.shape);
  const answer = shownPrediction(draft);
  const longestSide = Math.max(layers.width, layers.height);
  const logits = answer && honourClicks(answer.logits, shown?.points ?? [], longestSide, threshold);
  return showDecoded(layers, logits, threshold);
}
