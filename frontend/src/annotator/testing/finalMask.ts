import { areaPx } from "../masks/labels";
import { finalCut, type MaskLayers } from "../masks/layers";

/** The final mask, full size, 0 or 1 per pixel, and how many pixels it has. */
export function finalMask(layers: MaskLayers): { mask: Uint8Array; areaPx: number } {
  const { width, height } = layers;
  const cut = finalCut(layers, { x: 0, y: 0, width, height });
  return { mask: cut.data, areaPx: areaPx(cut) };
}
