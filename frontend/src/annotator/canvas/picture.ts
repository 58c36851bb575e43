import type { Size, View } from "./view";

// A level has half the width and height of the one before; below this a further one saves nothing.
const SMALLEST_LEVEL_PIXELS = 1_000_000;

/** An image with smaller copies of itself, so that a far-out view of a large photo is sharp and quick to draw. */
export interface Picture {
  levels: ImageBitmap[];
}

/** Downloads and decodes an image. Throws an Error for the person at the screen. */
export async function loadPicture(url: string, size: Size, signal: AbortSignal): Promise<Picture> {
  const response = await fetch(url, { signal });
  if (!response.ok)
    throw new Error(`The picture could not be loaded: the server answered ${response.status}.`);
  const full = await createImageBitmap(await response.blob());
  if (full.width !== size.width || full.height !== size.height) {
    throw new Error(
      `The picture has ${full.width} x ${full.height} pixels instead of ${size.width} x ${size.height}.`,
    );
  }
  const levels = [full];
  for (let level = full; level.width * level.height > 4 * SMALLEST_LEVEL_PIXELS; levels.push(level)) {
    level = await createImageBitmap(level, {
      resizeWidth: Math.ceil(level.width / 2),
      resizeHeight: Math.ceil(level.height / 2),
      resizeQuality: "medium",
    });
  }
  return { levels };
}

/** The pixels of the picture, or of its smallest copy where it is large. */
export function pixelsOf({ levels }: Picture): ImageData {
  const level = levels.at(-1) as ImageBitmap;
  const canvas = new OffscreenCanvas(level.width, level.height);
  // Read at once and never drawn: memory of a graphics card would only be in the way.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("The browser gives no canvas to read the picture with. Reload the page.");
  context.drawImage(level, 0, 0);
  return context.getImageData(0, 0, level.width, level.height);
}

export function closePicture(picture: Picture): void {
  for (const level of picture.levels) level.close();
}

export function drawPicture(
  context: CanvasRenderingContext2D,
  picture: Picture,
  image: Size,
  view: View,
  filter: string,
): void {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  // The smallest copy that still has at least a pixel for each pixel of the screen.
  const level = Math.max(0, Math.min(picture.levels.length - 1, Math.floor(-Math.log2(view.scale))));
  // Single pixels must be seen as such where masks are edited pixel by pixel.
  context.imageSmoothingEnabled = view.scale < 2;
  context.imageSmoothingQuality = view.scale < 1 ? "medium" : "low";
  context.filter = filter;
  context.drawImage(
    picture.levels[level] as ImageBitmap,
    view.x,
    view.y,
    image.width * view.scale,
    image.height * view.scale,
  );
  // Set anew at each time: browsers need not notice that what a filter refers to has changed.
  context.filter = "none";
}
