import { type View, viewportRect } from "../canvas/view";
import { type MaskLayers, UNPAINTED } from "./layers";
import { clipRect, growRect, type Rect } from "./rect";
import { addThinCurrent, addThinSaved } from "./thin";

/** Class of a pixel of the mask in the making; saved masks have 1, 2, 3 ... by their place in the label map. */
const CURRENT = 0xffff;

/** Colours as 0xAABBGGRR, what a Uint32Array over ImageData takes on every current machine. */
export interface OverlayColours {
  /** Where no mask is: 0, or what dims the picture. */
  ground: number;
  fill: (label: number) => number;
  edge: (label: number) => number;
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

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new ImageData(width, height);
    this.colours32 = new Uint32Array(this.pixels.data.buffer);
    this.classes = new Uint16Array(width * height);
  }

  /** Draws what lies in a rectangle of the image anew (null: everything). Returns the rectangle of `pixels` that changed. */
  draw(
    content: OverlayContent,
    view: View,
    dirty: Rect | null,
    colours: OverlayColours,
    linePx: number,
  ): Rect {
    const whole = { x: 0, y: 0, width: this.width, height: this.height };
    const changed = dirty ? clipRect(viewportRect(view, dirty), this.width, this.height) : whole;
    classify(this.classes, this.width, changed, content, view);
    if (view.scale < 1) {
      const { layers, labels, thin, imageWidth } = content;
      if (layers) addThinCurrent(this.classes, this.width, changed, view, layers, CURRENT);
      if (labels) addThinSaved(this.classes, this.width, changed, view, labels, imageWidth, thin());
    }
    const touched = clipRect(growRect(changed, linePx), this.width, this.height);
    colourise(this.classes, this.colours32, this.width, this.height, touched, colours, linePx);
    return touched;
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
  const columns = new Int32Array(rect.width);
  for (let i = 0; i < rect.width; i++) {
    const x = Math.floor((rect.x + i + 0.5 - view.x) / view.scale);
    columns[i] = x >= 0 && x < imageWidth ? x : -1;
  }
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const imageY = Math.floor((y + 0.5 - view.y) / view.scale);
    const out = y * stride + rect.x;
    if (imageY < 0 || imageY >= imageHeight) {
      classes.fill(0, out, out + rect.width);
      continue;
    }
    const base = imageY * imageWidth;
    for (let i = 0; i < rect.width; i++) {
      const x = columns[i] as number;
      let found = 0;
      if (x >= 0) {
        if (layers) {
          const painted = layers.paint[base + x] as number;
          const on = painted === UNPAINTED ? (layers.decoded[base + x] as number) : painted & 1;
          if (on !== 0) found = CURRENT;
        }
        if (found === 0 && labels) found = labels[base + x] as number;
      }
      classes[out + i] = found;
    }
  }
}

function colourise(
  classes: Uint16Array,
  out: Uint32Array,
  width: number,
  height: number,
  rect: Rect,
  colours: OverlayColours,
  linePx: number,
): void {
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
        out[row + x] = own === CURRENT ? colours.currentFill : colours.fill(own);
      } else {
        out[row + x] = own === CURRENT ? colours.currentEdge : colours.edge(own);
      }
    }
  }
}
