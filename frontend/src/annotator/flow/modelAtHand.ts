import type { ImageDetail, ModelOut } from "../../api/types";

/** The model that an image was opened with. */
export interface ModelAtHand {
  imageId: string;
  model: ModelOut;
}

/**
 * The model to work on an image with: that which the server says, which knows whose embedding of it is there. Once
 * somebody can click, it stays, whatever model is put to use meanwhile: the next image takes that one.
 */
export function modelAtHand(
  held: ModelAtHand | null,
  image: Pick<ImageDetail, "id" | "model"> | undefined,
  isInUse: boolean,
): ModelAtHand | null {
  if (!image) return null;
  if (held?.imageId === image.id && (isInUse || !image.model)) return held;
  if (held?.imageId === image.id && held.model.decoder_digest === image.model?.decoder_digest) return held;
  return image.model && { imageId: image.id, model: image.model };
}
