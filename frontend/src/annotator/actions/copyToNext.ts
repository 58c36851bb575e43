import { errorText } from "../../api/errors";
import { imageQuery, masksQuery, queryClient } from "../../api/queries";
import type { Annotator } from "../Annotator";
import { decodeRle } from "../masks/rle";
import { withChanges } from "../outbox/changes";
import { copyChanges, type ShapedMask } from "../outbox/relations";

/** Copies masks to another image of the same size; says so, or why not. */
export async function copyToNext(
  annotator: Annotator,
  masks: readonly ShapedMask[],
  nextId: string,
): Promise<void> {
  const hint = await copy(annotator, masks, nextId).catch(errorText);
  annotator.store.setState({ hint });
}

async function copy(annotator: Annotator, masks: readonly ShapedMask[], nextId: string): Promise<string> {
  const { image, project } = annotator.state;
  if (!image || !project) return "The image is still loading.";
  const next = await queryClient.ensureQueryData(imageQuery(nextId));
  if (next.width !== image.width || next.height !== image.height) {
    return (
      `The next image has ${next.width} × ${next.height} pixels and this one ${image.width} × ${image.height}: ` +
      "masks are copied between images of one size only."
    );
  }
  const rule = project.overlap_rule;
  const there = rule === "allow" ? [] : await savedMasks(annotator, nextId);
  const changes = copyChanges(rule, masks, nextId, there, image);
  if (changes.length === 0)
    return "Masks of the next image cover all of it, so there is nothing left to copy.";
  await annotator.outbox.add(...changes);
  return masks.length === 1 ? "Copied to the next image." : `${masks.length} masks copied to the next image.`;
}

async function savedMasks(annotator: Annotator, imageId: string): Promise<ShapedMask[]> {
  const saved = await queryClient.ensureQueryData(masksQuery(imageId));
  return withChanges(saved, annotator.outbox.changes.getState(), imageId).map((mask) => ({
    mask,
    shape: decodeRle(mask.rle.counts, mask.rle.size[1], mask.rle.size[0]),
  }));
}
