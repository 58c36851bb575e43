import { type View, viewportRect } from "../canvas/view";
import { ADDED, finalBounds, type MaskLayers, UNPAINTED } from "./layers";
import { clipRect, growRect, type Rect } from "./rect";
import { addThinCurrent, addThinSaved } from "./thin";

/** Class of a pixel of the mask in the making; saved masks have 1, 2, 3 ... by their place in the label map. */
const CURRENT = 0xffff;
/** A dash's length, in widths of the line. */
const DASH_LINES = 4;

/** Colours as 0xAABBGGRR, what a Uint32Array over ImageData takes on every current machine. */
export interface OverlayColours {
  /** Where no mask is: 0, or what dims the picture. */
  ground: number;
  fill: (label: number) => number;
  edge: (label: number) => number;
  /** Whether only every other piece of its edge is drawn. */
  isDashed: (label: number) => boolean;
  currentFill: number;
  currentEdge: number;
  /** The thin line around a mask, so that its edge shows on any picture. */
  halo: number;
}

export interface OverlayContent {
  /** null: not shown. */
  layers: MaskLayers | null;
  /** Per image pixel the topmost saved mask's number, 0 where there is none. */
  labels: Uint16Array | null;
  /** The places of saved masks' thin parts, which must not be passed over far out. */
  thin: () => readonly Uint32Array[];
  imageWidth: number;
  imageHeight: number;
}

/**
 * The masks' tint and outline, drawn at the screen's resolution: the cost depends on the window and not on the
 * picture, and outlines stay crisp at every zoom.
 */
export class Overlay {
  readonly pixels: ImageData;
  private readonly colours32: Uint32Array;
  private readonly classes: Uint16Array;
  /** The view drawn last. */
  private view: View | null = null;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new ImageData(width, height);
    this.colours32 = new Uint32Array(this.pixels.data.buffer);
    this.classes = new Uint16Array(width * height);
  }

  /**
   * Draws what lies in a rectangle of the image anew (null: everything). Where only the view has moved since the last
   * time, what stays in sight is taken along. Returns the rectangle of `pixels` that changed.
   */
  draw(
    content: OverlayContent,
    view: View,
    dirty: Rect | null,
    colours: OverlayColours,
    linePx: number,
  ): Rect {
    const whole = { x: 0, y: 0, width: this.width, height: this.height };
    const before = this.view;
    this.view = view;
    const isMoved = before?.x !== view.x || before.y !== view.y;
    const isFresh = !dirty || !before || before.scale !== view.scale;
    const changed = isFresh ? [whole] : [clipRect(viewportRect(view, dirty), this.width, this.height)];
    if (!isFresh && isMoved) changed.push(...this.move(view.x - before.x, view.y - before.y));
    for (const rect of changed) this.classify(content, view, rect);
    const touched = changed.map((rect) => clipRect(growRect(rect, linePx), this.width, this.height));
    for (const rect of touched)
      colourise(this.classes, this.colours32, this.width, this.height, rect, colours, view, linePx);
    return isMoved ? whole : (touched[0] as Rect);
  }

  private classify(content: OverlayContent, view: View, rect: Rect): void {
    classify(this.classes, this.width, rect, content, view);
    if (view.scale >= 1) return;
    const { layers, labels, thin, imageWidth } = content;
    if (layers) addThinCurrent(this.classes, this.width, rect, view, layers, CURRENT);
    if (labels) addThinSaved(this.classes, this.width, rect, view, labels, imageWidth, thin());
  }

  /** Moves the picture by whole pixels. Returns the stripes that came into sight. */
  private move(dx: number, dy: number): Rect[] {
    const { width, height } = this;
    const by = dy * width + dx;
    // Ends of rows that come around the side lie in the stripes.
    for (const pixels of [this.classes, this.colours32]) pixels.copyWithin(Math.max(0, by), Math.max(0, -by));
    return [
      clipRect({ x: dx > 0 ? 0 : width + dx, y: 0, width: Math.abs(dx), height }, width, height),
      clipRect({ x: 0, y: dy > 0 ? 0 : height + dy, width, height: Math.abs(dy) }, width, height),
    ];
  }
}

/** Which mask lies under the centre of each screen pixel. */
export function classify(
  classes: Uint16Array,
  stride: number,
  rect: Rect,
  content: OverlayContent,
  view: View,
): void {
  const { layers, labels, imageWidth, imageHeight } = content;
  const columns = Int32Array.from({ length: rect.width }, (_, i) =>
    Math.floor((rect.x + i + 0.5 - view.x) / view.scale),
  );
  const start = firstFrom(columns, 0);
  const end = firstFrom(columns, imageWidth);
  const current = layers && finalBounds(layers);
  const currentStart = current ? firstFrom(columns, current.x) : 0;
  const currentEnd = current ? firstFrom(columns, current.x + current.width) : 0;
  let before = Number.NaN;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const imageY = Math.floor((y + 0.5 - view.y) / view.scale);
    const out = y * stride + rect.x;
    if (imageY === before) {
      // Zoomed in, a row of the image is several rows of the screen.
      classes.copyWithin(out, out - stride, out - stride + rect.width);
      continue;
    }
    before = imageY;
    classes.fill(0, out, out + rect.width);
    if (imageY < 0 || imageY >= imageHeight) continue;
    const base = imageY * imageWidth;
    if (labels) {
      for (let i = start; i < end; i++) classes[out + i] = labels[base + (columns[i] as number)] as number;
    }
    if (!layers || !current || imageY < current.y || imageY >= current.y + current.height) continue;
    for (let i = currentStart; i < currentEnd; i++) {
      const at = base + (columns[i] as number);
      const painted = layers.paint[at] as number;
      const on = painted === UNPAINTED ? (layers.decoded[at] as number) : painted & ADDED;
      if (on !== 0) classes[out + i] = CURRENT;
    }
  }
}

/** The place of the first number that is not below `least`, in numbers that never fall. */
function firstFrom(numbers: Int32Array, least: number): number {
  const found = numbers.findIndex((number) => number >= least);
  return found === -1 ? numbers.length : found;
}

function colourise(
  classes: Uint16Array,
  out: Uint32Array,
  width: number,
  height: number,
  rect: Rect,
  colours: OverlayColours,
  view: View,
  linePx: number,
): void {
  // Neighbours mostly belong to one mask, whose colour is looked up once.
  let known = 0;
  let fill = 0;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const row = y * width;
    const above = Math.max(0, y - linePx) * width;
    const below = Math.min(height - 1, y + linePx) * width;
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const own = classes[row + x] as number;
      const n = classes[above + x] as number;
      const s = classes[below + x] as number;
      const w = classes[row + (x < linePx ? 0 : x - linePx)] as number;
      const e = classes[row + (x + linePx < width ? x + linePx : width - 1)] as number;
      if (own === 0) {
        out[row + x] = (n | s | w | e) === 0 ? colours.ground : colours.halo;
      } else if (n === own && s === own && w === own && e === own) {
        if (own !== known) fill = own === CURRENT ? colours.currentFill : colours.fill(own);
        known = own;
        out[row + x] = fill;
      } else if (own === CURRENT) {
        out[row + x] = colours.currentEdge;
      } else {
        const isGap = colours.isDashed(own) && isInGap(x - view.x, y - view.y, linePx);
        out[row + x] = isGap ? colours.halo : colours.edge(own);
      }
    }
  }
}

/** Dashes belong to the picture, so that they move along with it. An edge hardly ever runs along their slanting border. */
function isInGap(x: number, y: number, linePx: number): boolean {
  const length = DASH_LINES * linePx;
  return Math.floor((3 * x + 2 * y) / (3 * length)) % 2 !== 0;
}
