import type { Stage, StagePreview } from "../api/types";
import { countText, durationText } from "../ui/amounts";

/** What will happen to whom, and how long it takes, a line each. */
export function previewLines(stage: Stage, preview: StagePreview): string[] {
  const { images, left_alone: leftAlone, detector_minutes: minutes, seconds } = preview;
  if (stage === "assisted_manual") {
    return [
      leftAlone === 0
        ? "No image is open."
        : `People click every object of ${countText(leftAlone, "open image")}.`,
      "Proposals that nobody has judged are taken away.",
    ];
  }
  const does =
    stage === "semi_automatic" ? "masks are proposed for people to judge" : "the model makes all masks";
  const lines = [
    images === 0 ? "No image is open for machines." : `On ${countText(images, "image")} ${does}.`,
  ];
  if (leftAlone > 0) {
    lines.push(
      `${countText(leftAlone, "image")} that people have begun ${leftAlone === 1 ? "stays" : "stay"} theirs.`,
    );
  }
  if (minutes !== null)
    lines.push(`First a detector is trained on your masks: about ${durationText(60 * minutes)}.`);
  if (images > 0) {
    lines.push(
      seconds === null
        ? "How long an image takes is not known yet; it is shown as soon as the first ones are done."
        : `The images take one worker about ${durationText(seconds)}. Meanwhile nobody is handed them.`,
    );
  }
  return lines;
}
