import type { Annotator } from "../Annotator";
import type { Pixel, StrokePoint } from "../masks/paint";

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
  up(annotator: Annotator, timeStamp: number): void;
  cancel(annotator: Annotator): void;
  /** The pointer is over the canvas with no button held. */
  hover?(annotator: Annotator, at: Pixel, opposite: boolean): void;
  /** CSS cursor at a place of the image; a cross without this. */
  cursor?(annotator: Annotator, at: Pixel): string;
  /** Whether the pointer is shown as a ring of the brush's size. */
  hasRing: boolean;
}
