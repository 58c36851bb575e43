import type { Annotator } from "../Annotator";
import type { StrokePoint } from "../masks/paint";

export interface Press {
  at: StrokePoint;
  /** Right button, Alt or Shift: the opposite of what the tool does otherwise. */
  opposite: boolean;
  timeStamp: number;
}

/** What a pointer does on the canvas, as a state machine: down, any number of moves, then up or cancel. */
export interface Tool {
  down(annotator: Annotator, press: Press): void;
  move(annotator: Annotator, places: StrokePoint[]): void;
  up(annotator: Annotator): void;
  cancel(annotator: Annotator): void;
  /** Whether the pointer is shown as a ring of the brush's size. */
  hasRing: boolean;
}
