import type { Rgb } from "./palette";
import type { CutMask } from "./rle";

/** A square picture of the mask's shape, as large as fits. */
export function silhouette(mask: CutMask, sizePx: number, [red, green, blue]: Rgb): ImageData {
  const picture = new ImageData(sizePx, sizePx);
  const scale = Math.max(mask.width, mask.height) / (sizePx * 0.92);
  const left = (mask.width - sizePx * scale) / 2;
  const top = (mask.height - sizePx * scale) / 2;
  for (let y = 0; y < sizePx; y++) {
    const maskY = Math.floor(top + (y + 0.5) * scale);
    if (maskY < 0 || maskY >= mask.height) continue;
    for (let x = 0; x < sizePx; x++) {
      const maskX = Math.floor(left + (x + 0.5) * scale);
      if (maskX < 0 || maskX >= mask.width || mask.data[maskY * mask.width + maskX] === 0) continue;
      picture.data.set([red, green, blue, 255], 4 * (y * sizePx + x));
    }
  }
  return picture;
}
