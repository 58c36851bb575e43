import type { MaskLayers, PaintValue } from "../masks/layers";
import { exchangeStroke, paintLine, type StrokePoint, startStroke } from "../masks/paint";
import type { Rect } from "../masks/rect";
import type { BrushShape } from "../masks/sweep";
import { type Event, loggable, packWay } from "./log";

/** A stroke that is being drawn: its pixels are in the paint layer as far as it has come. */
export class Stroke {
  readonly delta;
  private readonly way: StrokePoint[] = [];

  constructor(
    private readonly layers: MaskLayers,
    value: PaintValue,
    private readonly shape: BrushShape,
    private readonly diameter: number,
  ) {
    this.delta = startStroke(value);
  }

  /** Goes on to a place. Returns the changed rectangle. */
  extend(to: StrokePoint): Rect {
    const place = loggable(to);
    const from = this.way.at(-1) ?? place;
    this.way.push(place);
    return paintLine(this.layers, this.delta, from, place, this.diameter, this.shape);
  }

  /** Takes it back. Returns the changed rectangle. */
  cancel(): Rect {
    return exchangeStroke(this.layers, this.delta);
  }

  /** Does something with the layers as they were before the stroke. */
  without<Result>(task: () => Result): Result {
    exchangeStroke(this.layers, this.delta);
    try {
      return task();
    } finally {
      exchangeStroke(this.layers, this.delta);
    }
  }

  get event(): Event {
    return ["stroke", this.delta.value, this.shape, this.diameter, packWay(this.way)];
  }
}
