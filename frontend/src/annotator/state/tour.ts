import { askOf, type Draft } from "./draft";

export type TourPlace = "canvas" | "accept" | "images";

export interface TourStep {
  place: TourPlace;
  title: string;
  text: string;
}

/** What a newcomer needs for the first mask. `{accept}` and the like stand for the action's key. */
export const TOUR: readonly TourStep[] = [
  {
    place: "canvas",
    title: "Click an object",
    text: "The model outlines what you click. Click again where something is missing.",
  },
  {
    place: "canvas",
    title: "Right-click what does not belong",
    text: "A red point takes that part away again. Shift and click does the same.",
  },
  {
    place: "accept",
    title: "{accept} accepts the mask",
    text: "It is saved at once, and the next object can begin. {cancel} throws it away.",
  },
  {
    place: "images",
    title: "{next-image} goes to the next image",
    text: "{help} shows all keys, and this tour again.",
  },
];

/** What has been done so far that a step can wait for. */
export interface Done {
  foreground: number;
  background: number;
  masks: number;
}

export function doneWith(draft: Draft, masks: number): Done {
  const labels = askOf(draft).points.map(({ label }) => label);
  const foreground = labels.filter((label) => label === 1).length;
  return { foreground, background: labels.length - foreground, masks };
}

/** Whether a person has just done what a step is about, so that the tour goes on by itself. */
export function isStepDone(step: number, before: Done, now: Done): boolean {
  if (step === 0) return now.foreground > before.foreground;
  if (step === 1) return now.background > before.background || now.masks > before.masks;
  return step === 2 && now.masks > before.masks;
}
