import type { Label } from "../../api/types";
import { isProposed, type ListedMask } from "../outbox/changes";
import type { ShapedMask } from "../outbox/relations";
import { covers } from "./cut";
import { areaPx, buildLabelMap, renewLabelMap } from "./labels";
import { type ColourPlan, planColours, rgbOf } from "./palette";
import { type CutMask, decodeRle } from "./rle";
import { thinPlaces } from "./thin";

/** The masks of the server and the outbox, decoded, as the list and the canvas draw them. */
export class SavedMasks {
  /** Those that are shown. */
  ids: string[] = [];
  /** Per image pixel the number of its mask in `ids`, from 1; null until there are some. */
  labels: Uint16Array | null = null;
  colours: ColourPlan = new Map();
  /** Whether the server's masks are among them, and not only those that wait to be sent. */
  isComplete = false;
  private listed: readonly ListedMask[] = [];
  private places = new Map<string, number>();
  /** What `labels` shows. */
  private shown: readonly CutMask[] = [];
  private readonly cut = new Map<string, { counts: string; shape: CutMask }>();

  /** Decodes the RLE of masks that are new or changed, and gives all their colours. Throws RleError. */
  decode(masks: readonly ListedMask[], labels: readonly Label[]): void {
    this.listed = masks;
    this.places = new Map(masks.map(({ id }, place) => [id, place]));
    const byLabel = new Map(labels.map(({ id, colour }) => [id, rgbOf(colour)]));
    const labelled = masks.flatMap(({ id, label_id }) => {
      const colour = label_id && byLabel.get(label_id);
      return colour ? [[id, colour] as const] : [];
    });
    this.colours = planColours(
      this.colours,
      masks.map((mask) => mask.id),
      new Map(labelled),
    );
    for (const { id, rle } of masks) {
      if (this.cut.get(id)?.counts === rle.counts) continue;
      this.cut.set(id, { counts: rle.counts, shape: decodeRle(rle.counts, rle.size[1], rle.size[0]) });
    }
  }

  /** Has the canvas show the decoded masks that are not hidden. */
  show(hiddenIds: ReadonlySet<string>, width: number, height: number): void {
    const shown = this.all().filter(({ mask }) => !hiddenIds.has(mask.id));
    const shapes = shown.map(({ shape }) => shape);
    this.ids = shown.map(({ mask }) => mask.id);
    if (this.labels) renewLabelMap(this.labels, this.shown, shapes, width);
    else this.labels = buildLabelMap(shapes, width, height);
    this.shown = shapes;
  }

  get(id: string): CutMask | undefined {
    return this.cut.get(id)?.shape;
  }

  /** All masks of the image, in the order of the list. */
  all(): ShapedMask[] {
    return this.listed.map((mask) => ({ mask, shape: this.get(mask.id) as CutMask }));
  }

  /** Those of these masks that there are, in the order of the list. */
  pick(ids: readonly string[]): ShapedMask[] {
    const places = ids.flatMap((id) => this.places.get(id) ?? []);
    return places
      .sort((a, b) => a - b)
      .map((place) => {
        const mask = this.listed[place] as ListedMask;
        return { mask, shape: this.get(mask.id) as CutMask };
      });
  }

  /** The mask's number in the list, from 1; proposals, which come first, are counted by themselves. */
  numberOf(id: string): number {
    const place = this.places.get(id) ?? -1;
    const mask = this.listed[place];
    return mask && isProposed(mask) ? place + 1 : place + 1 - this.proposals().length;
  }

  /** What machines have proposed and nobody has judged, the surest first. */
  proposals(): ShapedMask[] {
    return this.pick(this.listed.filter(isProposed).map(({ id }) => id));
  }

  /** The shown masks that have a pixel of the image, the smallest first. */
  under(x: number, y: number): string[] {
    const found = this.ids.filter((id) => covers(this.get(id) as CutMask, x, y));
    return found.sort((a, b) => areaPx(this.get(a) as CutMask) - areaPx(this.get(b) as CutMask));
  }

  /** The places of the shown masks' thin parts. */
  thin(imageWidth: number): Uint32Array[] {
    return this.ids.map((id) => thinPlaces(this.get(id) as CutMask, imageWidth));
  }

  clear(): void {
    this.ids = [];
    this.labels = null;
    this.shown = [];
    this.colours = new Map();
    this.listed = [];
    this.places.clear();
    this.isComplete = false;
    this.cut.clear();
  }
}
