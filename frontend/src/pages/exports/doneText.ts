import type { ExportOut } from "../../api/types";

/** What the person just got: how much is in the file, or that there is nothing in it yet. */
export function doneText(out: Pick<ExportOut, "mask_count" | "image_count" | "size_bytes">): string {
  if (out.mask_count === 0) return "No masks have been accepted yet, so the file has none.";
  const masks = out.mask_count === 1 ? "1 mask" : `${out.mask_count} masks`;
  const images = out.image_count === 1 ? "1 image" : `${out.image_count} images`;
  return `${masks} in ${images}, ${sizeText(out.size_bytes ?? 0)}.`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
