import type { MaskIn, MaskPrompts, OverlapRule } from "../../api/types";
import { connectedParts, unite } from "../masks/cut";
import { areaPx } from "../masks/labels";
import { resolveOverlaps } from "../masks/overlap";
import { type CutMask, encodeCut } from "../masks/rle";
import { isProposed, type ListedMask, type NewMaskChange } from "./changes";
import { uuidv7 } from "./uuid";

/** A listed mask with its pixels. */
export interface ShapedMask {
  mask: ListedMask;
  shape: CutMask;
}

/** A mask to be saved: a new one, or with a `base_version` another version of one. Its pixels are in `shape`. */
export interface NewMask {
  id: string;
  content: Omit<MaskIn, "rle">;
  shape: CutMask;
}

/** What drawing a mask, or correcting one, says about it. Its label and whether it is locked are other matters. */
const SHAPING = [
  "rle",
  "active_ms",
  "source",
  "model_id",
  "predicted_iou",
  "prompts",
  "log",
] as const satisfies (keyof MaskIn)[];

export interface ImageSize {
  width: number;
  height: number;
}

/**
 * Saves masks as the project's rule for overlaps has it: they yield to others, or the others are saved as well, cut.
 * A mask of which nothing is left is not saved, or is deleted. Empty when nothing is left of any new one. Proposals
 * are no masks yet.
 */
export function saveChanges(
  rule: OverlapRule,
  newMasks: readonly NewMask[],
  saved: readonly ShapedMask[],
  image: ImageSize,
): NewMaskChange[] {
  const others = saved.filter(({ mask }) => !isProposed(mask) && newMasks.every(({ id }) => id !== mask.id));
  const { newer, older } = resolveOverlaps(
    rule,
    newMasks.map(({ shape }) => shape),
    others.map(({ mask, shape }) => ({ id: mask.id, shape, locked: mask.locked ?? false })),
  );
  const saves = newMasks.flatMap(({ id, content }, index): NewMaskChange[] => {
    const shape = newer[index] as CutMask;
    if (areaPx(shape) === 0) return [];
    const mask = { ...content, rle: rleOf(shape, image) };
    return [{ kind: "save", maskId: id, imageId: content.image_id, mask, changed: SHAPING }];
  });
  if (saves.length === 0) return [];
  const cuts = others.flatMap(({ mask }) => {
    const shape = older.get(mask.id);
    if (!shape) return [];
    return areaPx(shape) === 0 ? [deletion(mask)] : [changeOf(mask, { rle: rleOf(shape, image) })];
  });
  return [...saves, ...cuts];
}

/** A further version of a mask that differs in these fields. */
export function changeOf(mask: ListedMask, fields: Partial<MaskIn>): NewMaskChange {
  const content = { ...contentOf(mask), ...fields, base_version: mask.version };
  const changed = Object.keys(fields) as (keyof MaskIn)[];
  return { kind: "save", maskId: mask.id, imageId: mask.image_id, mask: content, changed };
}

export function deletion(mask: ListedMask): NewMaskChange {
  return { kind: "delete", maskId: mask.id, imageId: mask.image_id };
}

export function judgement(kind: "accept" | "reject" | "propose", mask: ListedMask): NewMaskChange {
  return { kind, maskId: mask.id, imageId: mask.image_id, mask };
}

/** Takes a mask out of the image's: what was only proposed is rejected. */
export function removal(mask: ListedMask): NewMaskChange {
  return isProposed(mask) ? judgement("reject", mask) : deletion(mask);
}

/**
 * Accepts proposals, one after the other, as the project's rule for overlaps has it; with a label they are given it.
 * One that other masks cover is rejected.
 */
export function acceptances(
  rule: OverlapRule,
  proposals: readonly ShapedMask[],
  saved: readonly ShapedMask[],
  labelId: string | null,
  image: ImageSize,
): NewMaskChange[] {
  const standing = new Map(
    saved.flatMap((one) => (isProposed(one.mask) ? [] : [[one.mask.id, one] as const])),
  );
  const changes = new Map<string, NewMaskChange>();
  for (const { mask, shape } of proposals) {
    const others = [...standing.values()].map((one) => ({
      id: one.mask.id,
      shape: one.shape,
      locked: one.mask.locked ?? false,
    }));
    const { newer, older } = resolveOverlaps(rule, [shape], others);
    const kept = newer[0] as CutMask;
    if (areaPx(kept) === 0) {
      changes.set(mask.id, judgement("reject", mask));
      continue;
    }
    for (const [id, cut] of older) {
      const other = (standing.get(id) as ShapedMask).mask;
      standing.set(id, { mask: other, shape: cut });
      if (areaPx(cut) === 0) standing.delete(id);
      changes.set(id, areaPx(cut) === 0 ? removal(other) : changeOf(other, { rle: rleOf(cut, image) }));
    }
    standing.set(mask.id, { mask, shape: kept });
    const fields = {
      ...(areaPx(kept) < areaPx(shape) && { rle: rleOf(kept, image) }),
      ...(labelId !== null && { label_id: labelId }),
    };
    const isAsItWas = Object.keys(fields).length === 0;
    changes.set(mask.id, isAsItWas ? judgement("accept", mask) : changeOf(mask, fields));
  }
  return [...changes.values()];
}

/** Brings masks back as they were when they were deleted. */
export function restorations(masks: readonly ListedMask[]): NewMaskChange[] {
  return masks.map((mask) => ({ kind: "restore", maskId: mask.id, imageId: mask.image_id, mask }));
}

/** One mask of all their pixels and all the work in them; the label is that of the largest one that has any. */
export function mergeChanges(parts: readonly ShapedMask[], image: ImageSize): NewMaskChange[] {
  const masks = parts.map(({ mask }) => mask);
  const bySize = parts.toSorted((a, b) => areaPx(b.shape) - areaPx(a.shape));
  const models = new Set(masks.map((mask) => mask.model_id));
  const merged: MaskIn = {
    image_id: (masks[0] as ListedMask).image_id,
    rle: rleOf(unite(parts.map(({ shape }) => shape)), image),
    active_ms: masks.reduce((sum, mask) => sum + mask.active_ms, 0),
    source: "merged",
    model_id: models.size === 1 ? (masks[0] as ListedMask).model_id : null,
    predicted_iou: null,
    prompts: {
      points: masks.flatMap((mask) => mask.prompts.points),
      strokes: {
        brush: masks.reduce((sum, mask) => sum + mask.prompts.strokes.brush, 0),
        erase: masks.reduce((sum, mask) => sum + mask.prompts.strokes.erase, 0),
      },
    },
    label_id: bySize.find(({ mask }) => mask.label_id)?.mask.label_id ?? null,
  };
  return [{ kind: "save", maskId: uuidv7(), imageId: merged.image_id, mask: merged }, ...masks.map(removal)];
}

/** A mask for each connected part; the largest keeps time and prompts, so that these count once. */
export function splitChanges({ mask, shape }: ShapedMask, image: ImageSize): NewMaskChange[] {
  const parts = connectedParts(shape);
  if (parts.length < 2) return [];
  const saves = parts.map((part, index): NewMaskChange => {
    const content = index === 0 ? contentOf(mask) : withoutWork(contentOf(mask));
    const split: MaskIn = { ...content, rle: rleOf(part, image), source: "split", predicted_iou: null };
    return { kind: "save", maskId: uuidv7(), imageId: mask.image_id, mask: split };
  });
  return [...saves, removal(mask)];
}

/** Copies for another image of the same size. */
export function copyChanges(
  rule: OverlapRule,
  copied: readonly ShapedMask[],
  imageId: string,
  saved: readonly ShapedMask[],
  image: ImageSize,
): NewMaskChange[] {
  const copies = copied.map(({ mask, shape }): NewMask => {
    const content = {
      ...withoutWork(contentOf(mask)),
      image_id: imageId,
      source: "copied" as const,
      locked: false,
    };
    return { id: uuidv7(), content, shape };
  });
  return saveChanges(rule, copies, saved, image);
}

/** What the server is told of a mask; without a base version it is a new one. */
export function contentOf(mask: ListedMask): MaskIn {
  const { image_id, rle, active_ms, source, model_id, predicted_iou, prompts, label_id, locked } = mask;
  return {
    image_id,
    rle,
    active_ms,
    source,
    model_id,
    predicted_iou,
    prompts,
    label_id: label_id ?? null,
    locked: locked ?? false,
  };
}

function withoutWork(content: MaskIn): MaskIn {
  return { ...content, active_ms: 0, prompts: NO_PROMPTS, model_id: null, predicted_iou: null };
}

const NO_PROMPTS: MaskPrompts = { points: [], strokes: { brush: 0, erase: 0 } };

function rleOf(shape: CutMask, { width, height }: ImageSize): MaskIn["rle"] {
  return { size: [height, width], counts: encodeCut(shape, width, height) };
}
