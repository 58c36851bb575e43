import type { PublicModelOut, ReEmbedding } from "../../api/types";
import { aboutText, bytesText, countText } from "../../ui/amounts";

/** Bytes of a file that were there at a time, in milliseconds. */
export interface Sample {
  at: number;
  bytes: number;
}

const SPEED_OVER_MS = 10_000;
const LEAST_MS = 800;

/** The samples of the last seconds; a file that begins anew has no others. */
export function withSample(samples: readonly Sample[], next: Sample): Sample[] {
  const isBehind = samples.some(({ bytes, at }) => bytes > next.bytes || at >= next.at);
  if (isBehind) return samples.at(-1)?.bytes === next.bytes ? [...samples] : [next];
  return [...samples.filter(({ at }) => at >= next.at - SPEED_OVER_MS), next];
}

/** Bytes a second; null while too little was seen. */
export function speedOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < LEAST_MS) return null;
  return (1000 * (last.bytes - first.bytes)) / (last.at - first.at);
}

/** `120 MB of 375 MB · 5.2 MB/s · about 1 min left` */
export function downloadText(done: number, size: number, speed: number | null): string {
  const parts = [`${bytesText(done)} of ${bytesText(size)}`];
  if (speed !== null) {
    parts.push(`${bytesText(speed)}/s`);
    if (speed > 0) parts.push(`${aboutText((size - done) / speed)} left`);
  }
  return parts.join(" · ");
}

type Timed = Pick<PublicModelOut, "seconds_per_photo" | "is_measured">;

/** `about 6 s a photo`, `2.1 s a photo, measured` */
export function paceText({ seconds_per_photo: seconds, is_measured }: Timed): string {
  if (seconds === null) return "time not measured yet";
  return is_measured ? `${shortText(seconds)} a photo, measured` : `about ${shortText(seconds)} a photo`;
}

/** What a new model's photos take: `30 photos: about 3 min`; empty where that is not known. */
export function allPhotosText({ seconds_per_photo: seconds }: Timed, photos: number): string {
  if (seconds === null || photos === 0) return "";
  return `${countText(photos, "photo")}: ${aboutText(seconds * photos)}`;
}

/** What deploying a model costs in time, in a sentence. */
export function reEmbeddingText(work: ReEmbedding): string {
  const { photos, seconds_per_photo: seconds } = work;
  if (photos === 0) return "Every photo is prepared for it already.";
  const all = `${countText(photos, "photo")} ${photos === 1 ? "is" : "are"} prepared for it in the background`;
  if (seconds === null) return `${all}. How long that takes is not known: no photo was prepared here yet.`;
  return `${all}: ${aboutText(seconds * photos)} with one worker (${paceText(work)}).`;
}

function shortText(seconds: number): string {
  if (seconds < 10) return `${Math.max(0.1, seconds).toFixed(1)} s`;
  return seconds < 60 ? `${Math.round(seconds)} s` : aboutText(seconds).replace("about ", "");
}
