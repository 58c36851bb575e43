import type { MaskIn } from "../../api/types";
import type { CutMask } from "../masks/rle";
import { type Draft, hasPrompts, prompts, shownPrediction, source } from "../state/draft";
import type { NewMask } from "./relations";
import { uuidv7 } from "./uuid";

/** What is known of an accepted mask beside the draft itself. */
export interface Circumstances {
  imageId: string;
  modelId: string | null;
  labelId: string | null;
  activeMs: number;
}

/** The accepted draft as a mask to be saved: a new one, or the next version of the one that it corrects. */
export function acceptedMask(draft: Draft, shape: CutMask, about: Circumstances): NewMask {
  const before = draft.start?.mask;
  const content = {
    image_id: about.imageId,
    active_ms: (before?.active_ms ?? 0) + Math.round(about.activeMs),
    source: source(draft),
    model_id: hasPrompts(draft) ? about.modelId : (before?.model_id ?? null),
    predicted_iou: shownPrediction(draft)?.predictedIou ?? null,
    prompts: prompts(draft),
    label_id: before ? (before.label_id ?? null) : about.labelId,
    base_version: before?.version ?? null,
    log: draft.log as unknown as MaskIn["log"], // The schema can not say what each place of an entry is.
  };
  return { id: before?.id ?? uuidv7(), content, shape };
}
