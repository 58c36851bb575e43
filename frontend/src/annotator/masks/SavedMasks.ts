import type { ListedMask } from "../outbox/changes";
import { buildLabelMap } from "./labels";
import { type ColourPlan, planColours } from "./palette";
import { type CutMask, decodeRle } from "./rle";
import { thinPlaces } from "./thin";

/** The masks of the server and the outbox, decoded, as the list and the canvas draw them. */
export class SavedMasks {
  ids: string[] = [];
  /** Per image pixel the number of its mask in `ids`, from 1; null where there are no masks. */
  labels: Uint16Array | null = null;
  colours: ColourPlan = new Map();
  private readonly cut = new Map<string, CutMask>();

  /** Decodes the RLE of masks that are new here and gives them their colours. Throws RleError. */
  decode(masks: ListedMask[]): void {
    this.colours = planColours(
      this.colours,
      masks.map((mask) => mask.id),
    );
    for (const { id, rle } of masks) {
      if (!this.cut.has(id)) this.cut.set(id, decodeRle(rle.counts, rle.size[1], rle.size[0]));
    }
  }

  /** Has the canvas show these decoded masks of an image. */
  show(masks: ListedMask[], width: number, height: number): void {
    this.ids = masks.map((mask) => mask.id);
    const cut = this.ids.map((id) => this.cut.get(id) as CutMask);
    this.labels = buildLabelMap(cut, width, height);
  }

  get(id: string): CutMask | undefined {
    return this.cut.get(id);
  }

  /** The places of the shown masks' thin parts. */
  thin(imageWidth: number): Uint32Array[] {
    return this.ids.map((id) => thinPlaces(this.get(id) as CutMask, imageWidth));
  }

  clear(): void {
    this.ids = [];
    this.labels = null;
    this.colours = new Map();
    this.cut.clear();
  }
}
