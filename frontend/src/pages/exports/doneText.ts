import type { ExportOut } from "../../api/types";

/** What the person just got: how much is in the file, or that there is nothing in it yet. */
export function doneText(out: Pick<ExportOut, "mask_count" | "image_count" | "size_bytes">): string {
  if (out.mask_count === 0) return "No masks have been accepted yet, so the file has none.";
  return `${contentText(out)}.`;
}

/** `12 masks in 5 images, 34 kB` */
export function contentText(out: Pick<ExportOut, "mask_count" | "image_count" | "size_bytes">): string {
  const images = countText(out.image_count ?? 0, "image");
  return `${countText(out.mask_count ?? 0, "mask")} in ${images}, ${sizeText(out.size_bytes ?? 0)}`;
}

export function countText(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count.toLocaleString("en-GB")} ${what}s`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}
