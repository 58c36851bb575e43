import type { StageOut } from "../api/types";
import { NO_WORKER } from "../api/workers";
import { durationText } from "../ui/amounts";

/** What machines are at in the batch, in a few words; null: nothing is known of them. */
export function headText({ stage, detector, images }: StageOut): string | null {
  const { total, waiting, running, done, failed } = images;
  if (stage === "assisted_manual" || total === 0) return null;
  const isTraining = detector !== null && detector.state !== "done";
  if (isTraining && detector.state === "failed") return "The detector could not be trained";
  if (isTraining && waiting > 0) {
    const masks = `${detector.mask_count} masks of ${detector.image_count} images`;
    return detector.state === "queued"
      ? `The detector will learn from ${masks}`
      : `The detector learns from ${masks}`;
  }
  const what = stage === "semi_automatic" ? "Masks proposed" : "Masks found";
  if (waiting + running > 0) return `${what} on ${done} of ${total} images`;
  return failed > 0
    ? `${what} on ${done} of ${total} images, ${failed} failed`
    : `${what} on all ${total} images`;
}

/** Masks, pace and time left, as far as they are known: `12 masks (6.0 an image) · 3.5 images a minute · about 4 min left`. */
export function figuresText(status: StageOut, hasNoWorker = false): string {
  const { masks, masks_per_image, images_per_minute, seconds_left, images, detector } = status;
  const isRunning = images.waiting + images.running > 0;
  const recall = detector?.recall ?? null;
  return [
    recall !== null && `the detector finds ${Math.round(100 * recall)} % of unseen objects`,
    images.done > 0 && `${masks} masks${masks_per_image === null ? "" : ` (${masks_per_image} an image)`}`,
    isRunning && images_per_minute !== null && `${images_per_minute} images a minute`,
    isRunning && hasNoWorker && NO_WORKER,
    isRunning && !hasNoWorker && seconds_left !== null && `about ${durationText(seconds_left)} left`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Of what goes on now, 0 to 100: first the training, then the images. */
export function percentDone({ detector, images }: StageOut): number {
  if (detector && detector.state !== "done") return 100 * (detector.progress ?? 0);
  return images.total === 0 ? 0 : (100 * (images.done + images.failed)) / images.total;
}
