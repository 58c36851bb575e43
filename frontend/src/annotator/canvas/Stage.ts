import type { Annotator } from "../Annotator";
import { Overlay } from "../masks/overlay";
import type { Pixel } from "../masks/paint";
import { overlayColours } from "../masks/palette";
import { EMPTY_RECT, type Rect, unionRect } from "../masks/rect";
import { spotlitMask } from "../state/display";
import { askOf } from "../state/draft";
import { highlighted } from "../state/selection";
import type { AnnotatorState } from "../state/store";
import { centreOf } from "../tools/keyboard";
import { drawBox, drawCrosshair, drawOutline, drawPoint, drawRing } from "./marks";
import { PictureFilter, pictureFilter } from "./PictureFilter";
import { drawPicture, type Picture } from "./picture";
import { drawPreview } from "./preview";
import { fitView, type Size, toScreen } from "./view";

const OUTLINE_CSS_PX = 1.5;

/** What says which masks are shown more strongly. */
const SELECTED = ["selectedId", "alsoSelected", "hoveredId"] as const satisfies (keyof AnnotatorState)[];

/** What the marks are drawn from. */
const MARKED = [
  "draft",
  "tool",
  "brushPx",
  "brushShape",
  "outline",
  "cursor",
  "moving",
  "preview",
] as const satisfies (keyof AnnotatorState)[];

type Dirty = Rect | "all" | null;

interface BrushRing {
  at: Pixel;
  /** Of a pen, what its brush's diameter is multiplied with; 1 otherwise. */
  pressure: number;
}

/**
 * Three canvases on top of each other, as large as the window's part they fill: picture, masks, and marks
 * (points and the brush's ring). Each is drawn anew only when what it shows has changed, once per frame.
 */
export class Stage {
  private readonly picture: CanvasRenderingContext2D;
  private readonly masks: CanvasRenderingContext2D;
  private readonly marks: CanvasRenderingContext2D;
  private readonly filter: PictureFilter;
  private readonly observer: ResizeObserver;
  private readonly unsubscribe: () => void;
  private overlay: Overlay | null = null;
  private shown: Picture | null = null;
  private pictureDirty = true;
  private masksDirty: Dirty = "all";
  private frame = 0;
  private fitted = false;
  /** Where the brush's ring is drawn, in screen pixels; null while the pointer is elsewhere. */
  private ring: BrushRing | null = null;
  /** The pointer's place, in screen pixels; null while it is elsewhere. An outline is drawn on to it. */
  private tip: Pixel | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly annotator: Annotator,
  ) {
    this.picture = addCanvas(host, "picture");
    this.masks = addCanvas(host, "masks");
    this.marks = addCanvas(host, "marks");
    this.filter = new PictureFilter(host, this.picture.canvas);
    this.filter.show(annotator.state.display.adjustment);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
    annotator.onPixels = (changed, now) => {
      this.noteMasks(changed ?? "all");
      if (now) this.draw();
    };
    this.unsubscribe = annotator.store.subscribe((state, before) => this.noteState(state, before));
    this.resize();
  }

  /** Device pixels per CSS pixel. */
  get ratio(): number {
    return window.devicePixelRatio;
  }

  /** Nobody can mean anything by a click before they see the picture. */
  get hasPicture(): boolean {
    return this.shown !== null;
  }

  /** Shows another picture; with null only the masks stay. */
  setPicture(picture: Picture | null): void {
    this.shown = picture;
    this.pictureDirty = true;
    this.schedule();
  }

  setRing(ring: BrushRing | null): void {
    if (!ring && !this.ring) return;
    this.ring = ring;
    this.schedule();
  }

  setTip(tip: Pixel | null): void {
    this.tip = tip;
    if (this.annotator.state.outline) this.schedule();
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    this.unsubscribe();
    this.annotator.onPixels = () => {};
    this.filter.remove();
    for (const { canvas } of [this.picture, this.masks, this.marks]) canvas.remove();
  }

  private noteState(state: AnnotatorState, before: AnnotatorState): void {
    if (state.image !== before.image) {
      this.fitted = false;
      this.fitImage();
    }
    if (state.view !== before.view) {
      this.pictureDirty = true;
      this.noteMasks(state.view.scale === before.view.scale ? EMPTY_RECT : "all");
    }
    if (state.masksShown !== before.masksShown) this.noteMasks("all");
    if (SELECTED.some((key) => state[key] !== before[key])) this.noteMasks("all");
    if (state.display !== before.display) this.noteMasks("all");
    if (state.display.adjustment !== before.display.adjustment) {
      this.filter.show(state.display.adjustment);
      this.pictureDirty = true;
      this.schedule();
    }
    // Only what the spotlight is on changes the whole screen; a stroke within it does not.
    if (spotlitMask(state) !== spotlitMask(before)) this.noteMasks("all");
    if (MARKED.some((key) => state[key] !== before[key])) this.schedule();
  }

  private noteMasks(changed: Rect | "all"): void {
    if (changed === "all" || this.masksDirty === "all") this.masksDirty = "all";
    else this.masksDirty = this.masksDirty ? unionRect(this.masksDirty, changed) : changed;
    this.schedule();
  }

  private resize(): void {
    const width = Math.max(1, Math.round(this.host.clientWidth * this.ratio));
    const height = Math.max(1, Math.round(this.host.clientHeight * this.ratio));
    const { screen, view } = this.annotator.state;
    if (this.overlay && screen.width === width && screen.height === height) return;
    for (const { canvas } of [this.picture, this.masks, this.marks]) {
      canvas.width = width;
      canvas.height = height;
    }
    this.overlay = new Overlay(width, height);
    this.pictureDirty = true;
    this.masksDirty = "all";
    // What is in the middle stays there.
    const x = view.x + Math.round((width - screen.width) / 2);
    const y = view.y + Math.round((height - screen.height) / 2);
    this.annotator.store.setState({ screen: { width, height }, view: { ...view, x, y } });
    this.fitImage();
    this.schedule();
    // Setting the size has emptied the canvases: draw now, or the next frame shows them empty.
    this.draw();
  }

  /** Fits a new image; a resized window keeps the view that the person has chosen. */
  private fitImage(): void {
    const { image, screen } = this.annotator.state;
    if (this.fitted || !image || screen.width <= 1) return;
    this.fitted = true;
    this.annotator.store.setState({ view: fitView(image, screen) });
  }

  private schedule(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { image, view, display } = this.annotator.state;
    if (this.pictureDirty) {
      this.pictureDirty = false;
      if (this.shown && image)
        drawPicture(this.picture, this.shown, image, view, pictureFilter(display.adjustment));
      else clear(this.picture);
      // Where the image lies on the screen, for browser tests and for people who script the page.
      this.host.dataset.view = `${view.scale} ${view.x} ${view.y}`;
      this.host.dataset.image = image ? `${image.width} ${image.height}` : "";
    }
    if (this.masksDirty) this.drawMasks(image);
    this.drawMarks();
  }

  private drawMasks(image: Size | null): void {
    const { annotator, overlay } = this;
    const { masksShown, view, display } = annotator.state;
    const dirty = this.masksDirty;
    this.masksDirty = null;
    if (!overlay || !image || !masksShown) {
      clear(this.masks);
      return;
    }
    const content = {
      layers: annotator.layers,
      labels: annotator.saved.labels,
      thin: () => annotator.saved.thin(image.width),
      imageWidth: image.width,
      imageHeight: image.height,
    };
    const rect = overlay.draw(
      content,
      view,
      dirty === "all" ? null : dirty,
      overlayColours(
        annotator.saved.colours,
        annotator.saved.ids,
        new Set(highlighted(annotator.state)),
        {
          fillOpacity: display.outlineOnly ? 0 : display.fillOpacity,
          spotlit: spotlitMask(annotator.state),
        },
        new Set(annotator.saved.proposals().map(({ mask }) => mask.id)),
      ),
      Math.max(1, Math.round(OUTLINE_CSS_PX * this.ratio)),
    );
    this.masks.putImageData(overlay.pixels, 0, 0, rect.x, rect.y, rect.width, rect.height);
    annotator.noteDrawn();
    // After the work of the frame that shows it, so that the measured delay holds all of it.
    requestAnimationFrame(() => setTimeout(() => annotator.notePainted()));
  }

  private drawMarks(): void {
    clear(this.marks);
    const { image, draft, view, masksShown, moving, preview, outline, cursor, tool, brushPx, brushShape } =
      this.annotator.state;
    if (masksShown && image) {
      const { points, box } = askOf(draft);
      if (preview) drawPreview(this.marks, preview, this.annotator.maskThreshold, image, view);
      const shownBox = moving?.kind === "box" ? moving.box : box;
      if (shownBox) drawBox(this.marks, view, shownBox, this.ratio);
      points.forEach((point, index) => {
        const isMoving = moving?.kind === "point" && moving.index === index;
        drawPoint(this.marks, view, isMoving ? moving.point : point, this.ratio);
      });
    }
    const pointed = cursor && toScreen(view, centreOf(cursor));
    if (outline) drawOutline(this.marks, view, outline, pointed ?? this.tip, this.ratio);
    if (pointed && image) drawCrosshair(this.marks, pointed, this.ratio);
    if (this.ring) {
      const { at, pressure } = this.ring;
      const diameter = brushPx * pressure * view.scale;
      drawRing(this.marks, { at, diameter, shape: brushShape, isErasing: tool === "eraser" }, this.ratio);
    }
  }
}

function addCanvas(host: HTMLElement, name: string): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.dataset.layer = name;
  canvas.setAttribute("aria-hidden", "true");
  host.append(canvas);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser gives the page no canvas to draw on.");
  return context;
}

function clear(context: CanvasRenderingContext2D): void {
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
}
