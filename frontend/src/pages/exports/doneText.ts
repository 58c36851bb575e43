import type { ExportOut } from "../../api/types";
import { bytesText, countText } from "../../ui/amounts";

type Contents = Pick<ExportOut, "mask_count" | "image_count" | "empty_image_count" | "size_bytes">;

/** What the person just got: how much is in the file, or that there is nothing in it yet. */
export function doneText(out: Contents): string {
  if (out.image_count === 0) return "No masks have been accepted yet, so the file has none.";
  return `${contentText(out)}.`;
}

/** `12 masks in 5 images, 2 images without masks, 34 kB` */
export function contentText(out: Contents): string {
  const amount = amountText(out.mask_count ?? 0, out.image_count ?? 0, out.empty_image_count ?? 0);
  return `${amount}, ${bytesText(out.size_bytes ?? 0)}`;
}

/** `images` are all, `empty` those of them that have no masks. */
export function amountText(masks: number, images: number, empty: number): string {
  const text = `${countText(masks, "mask")} in ${countText(images - empty, "image")}`;
  return empty > 0 ? `${text}, ${countText(empty, "image")} without masks` : text;
}
