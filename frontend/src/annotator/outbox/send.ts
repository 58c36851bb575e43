import {
  acceptImage,
  acceptMask,
  deleteMask,
  flagImage,
  proposeMask,
  putMask,
  putOffImage,
  rejectMask,
  reopenImage,
  restoreMask,
  returnImage,
  skipImage,
  submitImage,
} from "../../api/calls";
import type { ImageDetail, MaskOut } from "../../api/types";
import type { Change, Decision } from "./changes";

/** What the server has now: the mask (null when it is gone), or the image. */
export type Answer = { mask: MaskOut | null } | { image: ImageDetail };

/** Tells the server one change. Throws ApiError. */
export async function sendChange(change: Change): Promise<Answer> {
  switch (change.kind) {
    case "save":
      return { mask: await putMask(change.maskId, change.mask) };
    case "delete":
      await deleteMask(change.maskId);
      return { mask: null };
    case "restore":
      return { mask: await restoreMask(change.maskId) };
    case "accept":
      return { mask: await acceptMask(change.maskId) };
    case "reject":
      return { mask: await rejectMask(change.maskId) };
    case "propose":
      return { mask: await proposeMask(change.maskId) };
    case "decide":
      return { image: await sendDecision(change) };
  }
}

function sendDecision({ imageId, to, note }: Decision): Promise<ImageDetail> {
  switch (to) {
    case "submitted":
      return submitImage(imageId);
    case "skipped":
      return skipImage(imageId, note ?? "");
    case "flagged":
      return flagImage(imageId, note ?? "");
    case "later":
      return putOffImage(imageId);
    case "done":
      return acceptImage(imageId);
    case "open":
      return note === null ? reopenImage(imageId) : returnImage(imageId, note);
  }
}
