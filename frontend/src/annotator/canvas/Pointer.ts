import type { Annotator } from "../Annotator";
import { isTyping } from "../actions/keys";
import type { Pixel, StrokePoint } from "../masks/paint";
import { isBegun } from "../state/draft";
import { steppedBrush } from "../state/store";
import { tools } from "../tools";
import { hideCursor } from "../tools/keyboard";
import type { Tool } from "../tools/tool";
import type { Stage } from "./Stage";
import { panBy, smallestScale, toImage, zoomAt } from "./view";
import { type WheelRun, wheelMeaning, wheelRun } from "./wheel";

const MIDDLE_BUTTON = 1;
const RIGHT_BUTTON = 2;
const ZOOM_PER_WHEEL_PX = 0.0018;
// Browsers make a pinch's deltas from its scale in this way.
const ZOOM_PER_PINCH_PX = 0.01;
const LINE_PX = 16;
/** Of a pen held as usual, and of one that cannot tell (W3C Pointer Events, `pressure`). */
const USUAL_PRESSURE = 0.5;

type Drag = { kind: "pan"; last: Pixel } | { kind: "tool"; tool: Tool };

/** Pointer, wheel and Space on the canvas: panning and zooming here, everything else goes to the tool in hand. */
export class Pointer {
  private drag: Drag | null = null;
  private spaceHeld = false;
  private ctrlHeld = false;
  private wheeled: WheelRun | null = null;
  private readonly abort = new AbortController();

  constructor(
    private readonly host: HTMLElement,
    private readonly stage: Stage,
    private readonly annotator: Annotator,
  ) {
    const { signal } = this.abort;
    host.addEventListener("mousedown", (event) => keepFromScrolling(event), { signal });
    host.addEventListener("pointerdown", (event) => this.down(event), { signal });
    host.addEventListener("pointermove", (event) => this.move(event), { signal });
    host.addEventListener("pointerup", (event) => this.up(event), { signal });
    host.addEventListener("pointercancel", () => this.cancel(), { signal });
    // The window lost the pointer without letting go of the button (Alt+Tab in a stroke).
    host.addEventListener("lostpointercapture", (event) => this.up(event), { signal });
    host.addEventListener("pointerleave", () => this.leave(), { signal });
    host.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
    host.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    window.addEventListener("keydown", (event) => this.key(event, true), { signal });
    window.addEventListener("keyup", (event) => this.key(event, false), { signal });
    window.addEventListener("blur", () => this.letGo(), { signal });
    this.showCursor();
  }

  destroy(): void {
    this.cancel();
    this.abort.abort();
  }

  private down(event: PointerEvent): void {
    if (this.drag) return;
    this.host.setPointerCapture(event.pointerId);
    this.annotator.noteInput();
    hideCursor(this.annotator);
    const at = this.place(event);
    if (event.button === MIDDLE_BUTTON || this.spaceHeld) {
      this.drag = { kind: "pan", last: at };
      this.showCursor();
      return;
    }
    if (!this.stage.hasPicture) return;
    const { readOnly } = this.annotator.state;
    if (readOnly) {
      this.annotator.store.setState({ hint: readOnly });
      return;
    }
    const tool = this.toolFor(event);
    this.drag = { kind: "tool", tool };
    tool.down(this.annotator, {
      at: this.strokePoint(event),
      opposite: event.button === RIGHT_BUTTON || isOpposite(event),
      timeStamp: event.timeStamp,
    });
  }

  /** Ctrl or Cmd selects with every tool, as long as that cannot be meant for a mask in the making. */
  private toolFor(event: PointerEvent): Tool {
    const { draft, tool } = this.annotator.state;
    return (event.ctrlKey || event.metaKey) && !isBegun(draft) ? tools.select : tools[tool];
  }

  private move(event: PointerEvent): void {
    this.annotator.noteInput();
    const at = this.place(event);
    this.annotator.pointer = this.onImage(at);
    const { drag } = this;
    if (drag?.kind === "pan") {
      const { view, image, screen } = this.annotator.state;
      if (image) {
        const moved = panBy(view, at.x - drag.last.x, at.y - drag.last.y, image, screen);
        this.annotator.store.setState({ view: moved });
      }
      drag.last = at;
    } else if (drag) {
      const samples = event.getCoalescedEvents();
      const places = (samples.length > 0 ? samples : [event]).map((sample) => this.strokePoint(sample));
      drag.tool.move(this.annotator, places);
    } else if (this.stage.hasPicture && !this.spaceHeld) {
      tools[this.annotator.state.tool].hover?.(this.annotator, this.onImage(at), isOpposite(event));
    }
    this.showRing(event);
  }

  private up(event: PointerEvent): void {
    if (this.drag?.kind === "tool") this.drag.tool.up(this.annotator, event.timeStamp);
    this.drag = null;
    this.showCursor();
  }

  private cancel(): void {
    if (this.drag?.kind === "tool") this.drag.tool.cancel(this.annotator);
    this.drag = null;
  }

  private leave(): void {
    this.annotator.pointer = null;
    this.stage.setRing(null);
    this.stage.setTip(null);
    this.annotator.point(null);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    this.annotator.noteInput();
    const { view, image, screen, tool, brushPx, display } = this.annotator.state;
    if (!image) return;
    this.wheeled = wheelRun(this.wheeled, event);
    const held = { ctrl: this.ctrlHeld, brush: tools[tool].hasRing };
    const meaning = wheelMeaning(event, this.wheeled.device, held, display.wheel);
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    const dx = event.deltaX * unit;
    const dy = event.deltaY * unit;
    if (meaning === "brush") {
      this.annotator.store.setState({ brushPx: steppedBrush(brushPx, dy < 0 ? 1 : -1) });
    } else if (meaning === "move") {
      const { ratio } = this.stage;
      this.annotator.store.setState({ view: panBy(view, -dx * ratio, -dy * ratio, image, screen) });
    } else {
      const perPixel = meaning === "pinch" ? ZOOM_PER_PINCH_PX : ZOOM_PER_WHEEL_PX;
      const factor = Math.exp(-dy * perPixel);
      const zoomed = zoomAt(view, factor, this.place(event), smallestScale(image, screen));
      this.annotator.store.setState({ view: zoomed });
    }
    this.showRing(event);
  }

  private key(event: KeyboardEvent, held: boolean): void {
    if (event.key === "Control") this.ctrlHeld = held;
    // The keyboard's cursor presses with Space.
    if (held && this.annotator.state.cursor) return;
    if (event.code === "Space" && !isTyping(event.target) && !(event.target instanceof HTMLButtonElement)) {
      event.preventDefault();
      this.holdSpace(held);
    }
  }

  private letGo(): void {
    this.ctrlHeld = false;
    this.holdSpace(false);
  }

  private holdSpace(held: boolean): void {
    if (held === this.spaceHeld) return;
    this.spaceHeld = held;
    this.stage.setRing(null);
    this.showCursor();
  }

  private showRing(event: MouseEvent): void {
    const { tool } = this.annotator.state;
    const ringed = tools[tool].hasRing && !this.spaceHeld && this.drag?.kind !== "pan";
    const at = this.place(event);
    this.stage.setRing(ringed ? { at, pressure: pressureOf(event) } : null);
    this.stage.setTip(at);
    this.showCursor(this.onImage(at));
  }

  private showCursor(at: Pixel | null = null): void {
    this.host.style.cursor = this.cursor(at);
  }

  private cursor(at: Pixel | null): string {
    const tool = tools[this.annotator.state.tool];
    if (this.drag?.kind === "pan") return "grabbing";
    if (this.spaceHeld) return "grab";
    if (tool.hasRing) return "none";
    return (at && tool.cursor?.(this.annotator, at)) ?? "crosshair";
  }

  /** Where an event is, in screen (device) pixels from the canvas's corner. */
  private place(event: MouseEvent): Pixel {
    const box = this.host.getBoundingClientRect();
    return {
      x: (event.clientX - box.left) * this.stage.ratio,
      y: (event.clientY - box.top) * this.stage.ratio,
    };
  }

  private onImage(at: Pixel): Pixel {
    return toImage(this.annotator.state.view, at);
  }

  private strokePoint(event: PointerEvent): StrokePoint {
    const at = this.onImage(this.place(event));
    const pressure = pressureOf(event);
    return pressure === 1 ? at : { ...at, pressure };
  }
}

/** A pen's pressure relative to the usual one; 1 for a mouse, a finger and a pen that hovers. */
function pressureOf(event: MouseEvent): number {
  const isPen = event instanceof PointerEvent && event.pointerType === "pen" && event.pressure > 0;
  return isPen ? event.pressure / USUAL_PRESSURE : 1;
}

/** The middle button would start the browser's own scrolling. */
function keepFromScrolling(event: MouseEvent): void {
  if (event.button === MIDDLE_BUTTON) event.preventDefault();
}

/** The keys for the opposite of what a tool does otherwise. */
function isOpposite(event: MouseEvent): boolean {
  return event.altKey || event.shiftKey;
}
