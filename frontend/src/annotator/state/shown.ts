import { type Guide, sharpen } from "../masks/edges";
import { honourClicks } from "../masks/honour";
import { type MaskLayers, showCut, showDecoded } from "../masks/layers";
import type { Rect } from "../masks/rect";
import { dropSpecks } from "../masks/specks";
import type { LowResLogits } from "../masks/upscale";
import { type Ask, type Draft, type Prediction, type Prompt, shownAsk, shownPrediction } from "./draft";
import type { Finish } from "./finish";

/**
 * Brings the decoded layer up to what the draft shows. Without a guide, as long as the picture loads, outlines follow
 * nothing. Returns the rectangle that may have changed.
 */
export function showAnswer(layers: MaskLayers, draft: Draft, threshold: number, guide: Guide | null): Rect {
  const shown = shownAsk(draft);
  // A saved mask that nothing was asked about is shown as it is, to the pixel.
  if (draft.start && shown?.refines === null) return showCut(layers, draft.start.shape);
  const answer = shownPrediction(draft);
  const followed = draft.finish.followEdges ? guide : null;
  const logits = answer && shown && finished(answer.logits, shown, layers, threshold, draft.finish, followed);
  return showDecoded(layers, logits, threshold, followed);
}

/** All candidates of an answer as they are shown when they are chosen. */
export function finishedCandidates(
  ask: Ask,
  photo: { width: number; height: number },
  threshold: number,
  finish: Finish,
  guide: Guide | null,
): Prediction[] {
  const followed = finish.followEdges ? guide : null;
  return (ask.candidates ?? []).map((candidate) => ({
    ...candidate,
    logits: finished(candidate.logits, ask, photo, threshold, finish, followed),
  }));
}

/** What an answer to a prompt becomes before it is upscaled, as in engine/shown.py. */
function finished(
  logits: LowResLogits,
  prompt: Pick<Prompt, "points" | "box">,
  photo: { width: number; height: number },
  threshold: number,
  { specksPercent }: Finish,
  guide: Guide | null,
): LowResLogits {
  const longestSide = Math.max(photo.width, photo.height);
  const sharpened = guide ? sharpen(logits, guide, threshold) : logits;
  const honoured = honourClicks(sharpened, prompt.points, longestSide, threshold);
  return dropSpecks(honoured, prompt, photo, threshold, specksPercent / 100);
}
