import type { ListedMask } from "../outbox/changes";
import { buildLabelMap, renewLabelMap } from "./labels";
import { type ColourPlan, planColours } from "./palette";
import { type CutMask, decodeRle } from "./rle";

/** The masks of the server and the outbox, decoded, as the list and the canvas draw them. */
export class SavedMasks {
  ids: string[] = [];
  /** Per image pixel the number of its mask in `ids`, from 1; null until there are some. */
  labels: Uint16Array | null = null;
  colours: ColourPlan = new Map();
  /** What `labels` shows. */
  private shown: readonly CutMask[] = [];
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
    if (this.labels) renewLabelMap(this.labels, this.shown, cut, width);
    else this.labels = buildLabelMap(cut, width, height);
    this.shown = cut;
  }

  get(id: string): CutMask | undefined {
    return this.cut.get(id);
  }

  clear(): void {
    this.ids = [];
    this.labels = null;
    this.shown = [];
    this.colours = new Map();
    this.cut.clear();
  }
}
