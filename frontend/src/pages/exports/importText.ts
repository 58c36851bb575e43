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
