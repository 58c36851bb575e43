import type { ImageOut } from "../../api/types";
import { Lru } from "../decoder/lru";
import { closePicture, loadPicture, type Picture } from "./picture";

// The picture at hand and the next two.
const KEPT = 3;
// Decoded, a pixel takes 5 bytes with its smaller copies: 160 MB ahead at most.
const AHEAD_PIXELS = 32_000_000;

interface Load {
  abort: AbortController;
  picture: Promise<Picture>;
}

export type PictureOf = Pick<ImageOut, "picture_url" | "width" | "height">;

/** Decoded pictures: of the image at hand and, as far as memory allows, of those that will probably be next. */
export class Pictures {
  private readonly loads = new Lru<string, Load>(KEPT, ({ abort, picture }) => {
    abort.abort();
    picture.then(closePicture, noop);
  });

  /** An image's picture, which is kept until others take its place. Throws an Error for the person at the screen. */
  get(image: PictureOf): Promise<Picture> {
    const known = this.loads.get(image.picture_url);
    if (known) return known.picture;
    const abort = new AbortController();
    const load = { abort, picture: loadPicture(image.picture_url, image, abort.signal) };
    this.loads.set(image.picture_url, load);
    // A failed download must not be what the next try gets.
    load.picture.catch(() => {
      if (this.loads.get(image.picture_url) === load) this.loads.delete(image.picture_url);
    });
    return load.picture;
  }

  /** Has the pictures of the next images ready; those that are too large together are only downloaded. */
  async getAhead(current: PictureOf, next: PictureOf[]): Promise<void> {
    let pixels = 0;
    for (const image of next) {
      pixels += image.width * image.height;
      void this.get(current).catch(noop); // stays the latest used but for those ahead
      if (pixels <= AHEAD_PIXELS) await this.get(image);
      else await (await fetch(image.picture_url)).blob();
    }
  }

  clear(): void {
    this.loads.clear();
  }
}

// Whoever shows the picture says what went wrong with it.
function noop(): void {}
