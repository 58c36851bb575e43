import type { MaskIn, MaskOut } from "../../api/types";
import { type ListedMask, leavesMask, maskAfter, type NewChange, type NewMaskChange } from "./changes";
import { contentOf } from "./relations";

/**
 * A change as it is kept: on top of the newest that is known of its mask - what waits to be sent (`waiting`), else what
 * the server has answered (`answered`). The page draws changes up from its list, which is a moment behind. null: nothing
 * is left of it.
 */
export function rebased(
  change: NewMaskChange,
  waiting: readonly NewChange[],
  answered: MaskOut | undefined,
): NewMaskChange | null {
  const ours = waiting.flatMap((other) =>
    other.kind !== "decide" && other.maskId === change.maskId ? other : [],
  );
  const newest = newestOf(ours, answered);
  if (change.kind === "delete") return change;
  if (change.kind !== "save")
    return newest && newest.version > change.mask.version ? { ...change, mask: newest } : change;
  const { changed, ...save } = change;
  const last = ours.at(-1);
  if (last && !leavesMask(last)) return null;
  if (save.mask.base_version == null || !newest || newest.version <= save.mask.base_version) return save;
  const before = contentOf(newest);
  const after = { ...before, ...picked(save.mask, changed) };
  if (JSON.stringify(after) === JSON.stringify(before)) return null;
  return { ...save, mask: { ...after, base_version: newest.version } };
}

/** The mask as its last change leaves it; one that was deleted is as it was before. */
function newestOf(waiting: readonly NewMaskChange[], answered: MaskOut | undefined): ListedMask | undefined {
  const last = waiting.filter(leavesMask).at(-1);
  if (!last) return answered && { ...answered, waiting: false };
  return maskAfter(last, answered);
}

function picked(mask: MaskIn, fields: readonly (keyof MaskIn)[] = []): Partial<MaskIn> {
  return Object.fromEntries(fields.map((field) => [field, mask[field]]));
}
