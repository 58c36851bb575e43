import { deleteMask, putMask, restoreMask } from "../../api/calls";
import type { MaskOut } from "../../api/types";
import type { Change } from "./changes";

/** Tells the server one change; returns the mask as the server has it now, null when it is gone. Throws ApiError. */
export async function sendChange(change: Change): Promise<MaskOut | null> {
  switch (change.kind) {
    case "save":
      return putMask(change.maskId, change.mask);
    case "delete":
      await deleteMask(change.maskId);
      return null;
    case "restore":
      return restoreMask(change.maskId);
  }
}
