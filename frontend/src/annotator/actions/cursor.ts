import { IconCrosshair } from "@tabler/icons-react";
import { pressAtCursor, toggleCursor } from "../tools/keyboard";
import type { Action } from "./action";

export const cursor: Action = {
  id: "cursor",
  label: "Keyboard cursor (the arrows move it)",
  group: "Tools",
  keys: ["r"],
  icon: IconCrosshair,
  can: ({ annotator }) => (annotator.state.image ? true : "The image is still loading."),
  perform: ({ annotator }) => toggleCursor(annotator),
  isOn: ({ annotator }) => annotator.state.cursor !== null,
};

function press(opposite: boolean, about: Pick<Action, "id" | "label" | "keys">): Action {
  return {
    ...about,
    group: "Mask",
    can: ({ annotator }) => annotator.state.cursor !== null || "Show the keyboard cursor first ({cursor}).",
    perform: ({ annotator }) => pressAtCursor(annotator, opposite),
  };
}

export const cursorActions: readonly Action[] = [
  cursor,
  press(false, { id: "cursor-press", label: "Point or corner at the keyboard cursor", keys: [" "] }),
  press(true, {
    id: "cursor-press-opposite",
    label: "Background point or erasing corner there",
    keys: ["shift+ "],
  }),
];
