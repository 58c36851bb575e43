import type { Annotator } from "../Annotator";
import { isTyping } from "../actions/keys";
import type { Pixel } from "../masks/paint";
import { steppedBrush } from "../state/store";
import { tools } from "../tools";
import type { Tool } from "../tools/tool";
import type { Stage } from "./Stage";
import { panBy, smallestScale, toImage, zoomAt } from "./view";

const MIDDLE_BUTTON = 1;
const RIGHT_BUTTON = 2;
const ZOOM_PER_WHEEL_PX = 0.0018;
const LINE_PX = 16;

type Drag = { kind: "pan"; last: Pixel } | { kind: "tool"; tool: Tool };

/** Pointer, wheel and Space on the canvas: panning and zooming here, everything else goes to the tool in hand. */
export class Pointer {
  private drag: Drag | null = null;
  private spaceHeld = false;
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
    host.addEventListener("pointerup", () => this.up(), { signal });
    host.addEventListener("pointercancel", () => this.cancel(), { signal });
    // The window lost the pointer without letting go of the button (Alt+Tab in a stroke).
    host.addEventListener("lostpointercapture", () => this.up(), { signal });
    host.addEventListener("pointerleave", () => stage.setRing(null), { signal });
    host.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
    host.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    window.addEventListener("keydown", (event) => this.key(event, true), { signal });
    window.addEventListener("keyup", (event) => this.key(event, false), { signal });
    window.addEventListener("blur", () => this.holdSpace(false), { signal });
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
    const tool = tools[this.annotator.state.tool];
    this.drag = { kind: "tool", tool };
    tool.down(this.annotator, {
      at: this.onImage(at),
      opposite: event.button === RIGHT_BUTTON || event.altKey || event.shiftKey,
      timeStamp: event.timeStamp,
    });
  }

  private move(event: PointerEvent): void {
    this.annotator.noteInput();
    const at = this.place(event);
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
      const places = (samples.length > 0 ? samples : [event]).map((sample) =>
        this.onImage(this.place(sample)),
      );
      drag.tool.move(this.annotator, places);
    }
    this.showRing(event);
  }

  private up(): void {
    if (this.drag?.kind === "tool") this.drag.tool.up(this.annotator);
    this.drag = null;
    this.showCursor();
  }

  private cancel(): void {
    if (this.drag?.kind === "tool") this.drag.tool.cancel(this.annotator);
    this.drag = null;
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    this.annotator.noteInput();
    const { view, image, screen, tool, brushPx } = this.annotator.state;
    if (!image) return;
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1);
    if (event.ctrlKey && tools[tool].hasRing) {
      this.annotator.store.setState({ brushPx: steppedBrush(brushPx, pixels < 0 ? 1 : -1) });
    } else {
      const factor = Math.exp(-pixels * ZOOM_PER_WHEEL_PX);
      const zoomed = zoomAt(view, factor, this.place(event), smallestScale(image, screen));
      this.annotator.store.setState({ view: zoomed });
    }
    this.showRing(event);
  }

  private key(event: KeyboardEvent, held: boolean): void {
    if (event.code === "Space" && !isTyping(event.target) && !(event.target instanceof HTMLButtonElement)) {
      event.preventDefault();
      this.holdSpace(held);
    }
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
    this.stage.setRing(ringed ? { ...this.place(event), dashed: tool === "eraser" } : null);
    this.showCursor();
  }

  private showCursor(): void {
    const { tool } = this.annotator.state;
    if (this.drag?.kind === "pan") this.host.style.cursor = "grabbing";
    else if (this.spaceHeld) this.host.style.cursor = "grab";
    else this.host.style.cursor = tools[tool].hasRing ? "none" : "crosshair";
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
}

/** The middle button would start the browser's own scrolling. */
function keepFromScrolling(event: MouseEvent): void {
  if (event.button === MIDDLE_BUTTON) event.preventDefault();
}
