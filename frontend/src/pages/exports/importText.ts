import type { AnnotationImportOut } from "../../api/types";
import { countText } from "../../ui/amounts";

/** `120 masks in 8 images, 3 here already, 2 refused` */
export function importText(
  out: Pick<AnnotationImportOut, "added" | "known" | "refused" | "image_count" | "mask_state">,
): string {
  const what = out.mask_state === "proposed" ? "proposal" : "mask";
  const parts = [`${countText(out.added, what)} in ${countText(out.image_count, "image")}`];
  if (out.known > 0) parts.push(`${out.known} here already`);
  if (out.refused > 0) parts.push(`${out.refused} refused`);
  return parts.join(", ");
}

/** `train: 120 masks in 8 images, 2 refused; 3 captions or keypoints without a mask left out` */
export function fileText(file: AnnotationImportOut["files"][number]): string {
  const counted = importText({ ...file, mask_state: "accepted" });
  const split = file.split === null ? "" : `${file.split}: `;
  return file.note === null ? split + counted : `${split}${counted}; ${file.note}`;
}
