import type { RegisteredModel, RuleOut, RunState, TrainingRunOut } from "../../api/types";
import { NO_WORKER } from "../../api/workers";
import { aboutText, countText } from "../../ui/amounts";

export const PHASES: Record<RunState, string> = {
  queued: "Waiting for a worker",
  snapshot: "Freezing the masks",
  embedding: "Gathering embeddings",
  training: "Training",
  evaluating: "Trying both models",
  stopping: "Stopping",
  done: "Done",
  failed: "Failed",
  cancelled: "Stopped",
};

/** Why a run was started: `enough new masks`, `asked for by Ada`. */
export function triggerText({ trigger, asked_by_name }: Pick<TrainingRunOut, "trigger" | "asked_by_name">) {
  if (trigger === "masks") return "enough new masks";
  if (trigger === "hours") return "enough time";
  if (trigger === "entering") return "a batch entered the stage";
  return `asked for by ${asked_by_name ?? "somebody"}`;
}

/** `42 %, about 3 min left` */
export function progressText(
  run: Pick<TrainingRunOut, "state" | "progress" | "seconds_left">,
  hasNoWorker = false,
) {
  if (hasNoWorker) return `Waits: ${NO_WORKER}`;
  if (run.state === "queued") return "Starts when a worker is free";
  if (run.state === "stopping") return "Keeping the last checkpoint";
  const percent = `${Math.round(100 * run.progress)} %`;
  if (run.seconds_left !== null) return `${percent}, ${aboutText(run.seconds_left)} left`;
  return run.state === "training" ? `${percent}, measuring the first steps` : percent;
}

/** Where a model comes from. */
export function originText(
  model: Pick<RegisteredModel, "is_starter" | "parent_name" | "run_id">,
  run: Pick<TrainingRunOut, "snapshot" | "settings"> | undefined,
): string {
  if (model.is_starter) return "Shipped with Maskloop";
  if (!model.run_id) return "Added by an admin";
  const parent = model.parent_name ? `Trained from ${model.parent_name}` : "Trained here";
  if (!run?.snapshot) return parent;
  const { mask_count, held_out_masks } = run.snapshot;
  const learnt = countText(mask_count - held_out_masks, "mask");
  return `${parent} on ${learnt}, ${run.settings.trains === "decoder" ? "the decoder alone" : "all of it"}`;
}

/** When a stage starts runs by itself. */
export function startText(rule: RuleOut): string {
  const reasons = [];
  if (rule.every_masks !== null) reasons.push(`every ${countText(rule.every_masks, "new mask")}`);
  if (rule.every_hours !== null)
    reasons.push(
      `every ${countText(rule.every_hours, "hour")} with at least ${countText(rule.least_masks, "new mask")}`,
    );
  if (rule.on_entering) reasons.push("when a batch enters the stage");
  if (reasons.length === 0) return "Only when an admin starts it";
  const quiet = rule.quiet_from === null ? "" : `, not from ${rule.quiet_from} to ${rule.quiet_to} UTC`;
  const text = `${reasons.join(", or ")}${quiet}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a stage's runs are like. */
export function runText({ trains, minutes, promote, margin }: RuleOut): string {
  const what = trains === "decoder" ? "Trains the decoder" : "Trains all of the model";
  const needed = margin > 0 ? `if better by ${margin} IoU` : "if not worse";
  return `${what} for ${minutes} min; ${promote === "gate" ? `put to use ${needed}` : "put to use by an admin only"}`;
}

/** What happens to the images when the project goes from one model to another. */
export function changeText(
  to: Pick<RegisteredModel, "name" | "encoder_digest">,
  from: Pick<RegisteredModel, "name" | "encoder_digest"> | undefined,
): string {
  if (!from || from.encoder_digest !== to.encoder_digest)
    return (
      `Until a photo is prepared for it, its image goes on ${from ? `with ${from.name}` : "waiting"}; ` +
      "nobody has to stop."
    );
  return `It reads the same embeddings as ${from.name}, so that it is there at once: people get it with the next image they open.`;
}

/** `0.912`, with a dash where nothing was measured. */
export function iouText(iou: number | undefined): string {
  return iou === undefined ? "–" : iou.toFixed(3);
}
