export const WHEEL_USES = ["auto", "zoom", "move"] as const;
/** What the wheel and two fingers do: told apart by the page, or one of the two whatever it is. */
export type WheelUse = (typeof WHEEL_USES)[number];

/** What a wheel event says that matters here. */
export interface Wheel {
  deltaX: number;
  deltaY: number;
  /** 0 where the deltas are pixels. */
  deltaMode: number;
  /** In 120ths of a notch; browsers that lack it count whole lines instead. */
  wheelDeltaY?: number;
  ctrlKey: boolean;
  shiftKey: boolean;
  timeStamp: number;
}

/** A run of wheel events without a pause between them: one movement of the hand, on one device. */
export interface WheelRun {
  device: "wheel" | "trackpad";
  timeStamp: number;
}

export type WheelMeaning = "zoom" | "pinch" | "move" | "brush";

const PAUSE_MS = 250;
const NOTCH = 120;
const MAC_STEP_PX = 4.000244140625;
const SMALLEST_NOTCH_PX = 50;

/**
 * Which device a wheel event is from. Browsers do not say; a wheel turns by notches and in one direction alone.
 * Within a movement only a sideways delta changes the answer, so that a single odd event does not jerk the view.
 */
export function wheelRun(before: WheelRun | null, wheel: Wheel): WheelRun {
  const { timeStamp } = wheel;
  const isSideways = wheel.deltaX !== 0 && !wheel.shiftKey && wheel.deltaMode === 0;
  if (isSideways) return { device: "trackpad", timeStamp };
  if (before && timeStamp - before.timeStamp < PAUSE_MS) return { device: before.device, timeStamp };
  return { device: isNotched(wheel) ? "wheel" : "trackpad", timeStamp };
}

/** Pinching arrives as a wheel event with a Ctrl that nobody holds down. */
export function wheelMeaning(
  wheel: Wheel,
  device: WheelRun["device"],
  held: { ctrl: boolean; brush: boolean },
  use: WheelUse,
): WheelMeaning {
  if (wheel.ctrlKey && !held.ctrl) return "pinch";
  if (wheel.ctrlKey) return held.brush ? "brush" : "zoom";
  if (use !== "auto") return use;
  return device === "trackpad" ? "move" : "zoom";
}

function isNotched({ deltaX, deltaY, deltaMode, wheelDeltaY, shiftKey }: Wheel): boolean {
  if (deltaMode !== 0) return true;
  // With Shift a mouse's wheel turns sideways.
  const delta = Math.abs(shiftKey && deltaY === 0 ? deltaX : deltaY);
  if (wheelDeltaY && wheelDeltaY % NOTCH === 0) return true;
  // macOS counts a mouse's wheel in steps of this size, with more of them the faster it turns.
  if (delta % 1 !== 0 && delta % MAC_STEP_PX === 0) return true;
  return delta % 1 === 0 && delta >= SMALLEST_NOTCH_PX;
}
