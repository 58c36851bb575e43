import { type Adjustment, CHANNELS, NEUTRAL } from "../canvas/adjustment";
import { WHEEL_USES, type WheelUse } from "../canvas/wheel";
import { CURRENT_MASK } from "../masks/palette";
import { isBegun } from "./draft";
import type { AnnotatorState } from "./store";

/** How picture and masks are shown, whatever image it is. Nothing of it changes a pixel of a mask. */
export interface Display {
  adjustment: Adjustment;
  /** How much of the picture the tint of the mask in the making covers, 0 to 1. */
  fillOpacity: number;
  outlineOnly: boolean;
  wheel: WheelUse;
}

export const DEFAULT_DISPLAY: Display = {
  adjustment: NEUTRAL,
  fillOpacity: 0.4,
  outlineOnly: false,
  wheel: "auto",
};

/** Which mask the spotlight is on: the one in the making (CURRENT_MASK), or else the selected one's id. */
export function spotlitMask({
  spotlight,
  draft,
  stroking,
  selectedId,
}: Pick<AnnotatorState, "spotlight" | "draft" | "stroking" | "selectedId">): string | null {
  if (!spotlight) return null;
  if (stroking || isBegun(draft)) return CURRENT_MASK;
  return selectedId;
}

/** Reads what was kept earlier; what is missing or out of range there is as by default. */
export function parseDisplay(text: string | null): Display {
  const kept = record(parsed(text));
  const adjustment = record(kept.adjustment);
  return {
    adjustment: {
      brightness: within(adjustment.brightness, -100, 100, NEUTRAL.brightness),
      contrast: within(adjustment.contrast, -100, 100, NEUTRAL.contrast),
      gamma: within(adjustment.gamma, 0.25, 4, NEUTRAL.gamma),
      channel: oneOf(CHANNELS, adjustment.channel, NEUTRAL.channel),
    },
    fillOpacity: within(kept.fillOpacity, 0, 1, DEFAULT_DISPLAY.fillOpacity),
    outlineOnly: kept.outlineOnly === true,
    wheel: oneOf(WHEEL_USES, kept.wheel, DEFAULT_DISPLAY.wheel),
  };
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null; // Kept by another version, or changed by hand: a lost setting is all there is to lose.
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function within(value: unknown, least: number, most: number, otherwise: number): number {
  return typeof value === "number" && value >= least && value <= most ? value : otherwise;
}

function oneOf<Choice extends string>(choices: readonly Choice[], value: unknown, otherwise: Choice): Choice {
  return choices.find((choice) => choice === value) ?? otherwise;
}
