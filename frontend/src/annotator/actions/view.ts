import {
  IconAdjustmentsHorizontal,
  IconBulb,
  IconCircleDashed,
  IconEye,
  IconFocusCentered,
  IconHelp,
  IconMaximize,
  IconWand,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import type { Annotator } from "../Annotator";
import { actualSize, closeUp, fitView, panBy, smallestScale, type View, zoomAt } from "../canvas/view";
import { maskBounds } from "../masks/bounds";
import { isEmptyRect, type Rect } from "../masks/rect";
import { isBegun } from "../state/draft";
import type { AnnotatorState } from "../state/store";
import { moveCursor } from "../tools/keyboard";
import type { Action, ActionContext } from "./action";

const STEP = 1.25;
/** Of the screen's shorter side. */
const PAN_SHARE = 1 / 8;
const FAR_PAN_SHARE = 1 / 2;
const NO_MASK = "Make a mask or select one in the list first.";

function viewAction(
  about: Pick<Action, "id" | "label" | "keys" | "icon" | "repeats">,
  viewOf: (state: AnnotatorState, image: NonNullable<AnnotatorState["image"]>) => View,
): Action {
  return {
    ...about,
    group: "View",
    can: isLoaded,
    perform: ({ annotator }) => {
      const { state } = annotator;
      if (state.image) annotator.store.setState({ view: viewOf(state, state.image) });
    },
  };
}

function isLoaded({ annotator }: ActionContext): true | string {
  return annotator.state.image ? true : "The image is still loading.";
}

function zoomed(
  { view, screen }: AnnotatorState,
  image: NonNullable<AnnotatorState["image"]>,
  factor: number,
) {
  return zoomAt(view, factor, { x: screen.width / 2, y: screen.height / 2 }, smallestScale(image, screen));
}

export const fit = viewAction(
  { id: "fit", label: "Fit the image", keys: ["0"], icon: IconMaximize },
  ({ screen }, image) => fitView(image, screen),
);

export const oneToOne = viewAction(
  { id: "one-to-one", label: "Actual size", keys: ["1"] },
  ({ view, screen }) => actualSize(view, screen),
);

export const zoomIn = viewAction(
  { id: "zoom-in", label: "Zoom in", keys: ["+", "="], icon: IconZoomIn, repeats: true },
  (state, image) => zoomed(state, image, STEP),
);

export const zoomOut = viewAction(
  { id: "zoom-out", label: "Zoom out", keys: ["-", "_"], icon: IconZoomOut, repeats: true },
  (state, image) => zoomed(state, image, 1 / STEP),
);

/** Moves the view, or the keyboard's cursor while that is shown. */
function move(isFar: boolean, arrow: string, right: number, down: number): Action {
  const name = arrow.toLowerCase();
  return {
    id: isFar ? `pan-far-${name}` : `pan-${name}`,
    label: isFar ? `Move far ${name}` : `Move ${name}`,
    group: "View",
    keys: [isFar ? `shift+Arrow${arrow}` : `Arrow${arrow}`],
    repeats: true,
    can: isLoaded,
    perform: ({ annotator }) => {
      const { cursor, image, view, screen } = annotator.state;
      if (cursor) moveCursor(annotator, right, down, isFar);
      else if (image) {
        const step = (isFar ? FAR_PAN_SHARE : PAN_SHARE) * Math.min(screen.width, screen.height);
        annotator.store.setState({ view: panBy(view, -right * step, -down * step, image, screen) });
      }
    },
  };
}

const moves: readonly Action[] = [false, true].flatMap((isFar) => [
  move(isFar, "Left", -1, 0),
  move(isFar, "Right", 1, 0),
  move(isFar, "Up", 0, -1),
  move(isFar, "Down", 0, 1),
]);

export const zoomToMask: Action = {
  id: "zoom-to-mask",
  label: "Zoom to the mask",
  group: "View",
  keys: ["z"],
  icon: IconFocusCentered,
  can: ({ annotator }) => {
    if (annotator.state.stroking) return "Finish the stroke first.";
    return isBegun(annotator.state.draft) || annotator.state.selectedId !== null ? true : NO_MASK;
  },
  perform: ({ annotator }) => {
    const mask = maskAtHand(annotator);
    if (mask) annotator.store.setState(({ screen }) => ({ view: closeUp(mask, screen) }));
    else annotator.store.setState({ hint: NO_MASK });
  },
};

/** Where the mask in the making is, or else the selected one. */
function maskAtHand({ layers, saved, state }: Annotator): Rect | null {
  const current = layers && maskBounds(layers);
  if (current && !isEmptyRect(current)) return current;
  return (state.selectedId !== null && saved.get(state.selectedId)) || null;
}

export const showMasks: Action = {
  id: "show-masks",
  label: "Show masks (hold the key to peek)",
  group: "View",
  keys: ["v"],
  icon: IconEye,
  can: () => true,
  perform: ({ annotator }) => annotator.store.setState(({ masksShown }) => ({ masksShown: !masksShown })),
  release: ({ annotator }) => annotator.store.setState(({ masksShown }) => ({ masksShown: !masksShown })),
  isOn: ({ annotator }) => annotator.state.masksShown,
};

export const preview: Action = {
  id: "preview",
  label: "Preview of the next click",
  group: "View",
  keys: ["h"],
  icon: IconWand,
  can: () => true,
  perform: ({ annotator }) => annotator.togglePreviewing(),
  isOn: ({ annotator }) => annotator.state.previewing,
};

export const outlineOnly: Action = {
  id: "outline-only",
  label: "Outlines only",
  group: "View",
  keys: ["o"],
  icon: IconCircleDashed,
  can: () => true,
  perform: ({ annotator }) =>
    annotator.store.setState(({ display }) => ({
      display: { ...display, outlineOnly: !display.outlineOnly },
    })),
  isOn: ({ annotator }) => annotator.state.display.outlineOnly,
};

export const spotlight: Action = {
  id: "spotlight",
  label: "Spotlight: dim all but the mask",
  group: "View",
  keys: ["k"],
  icon: IconBulb,
  can: () => true,
  perform: ({ annotator }) => annotator.store.setState((state) => ({ spotlight: !state.spotlight })),
  isOn: ({ annotator }) => annotator.state.spotlight,
};

export const adjust: Action = {
  id: "adjust",
  label: "Adjust picture and masks",
  group: "View",
  keys: ["j"],
  icon: IconAdjustmentsHorizontal,
  can: () => true,
  perform: ({ annotator }) =>
    annotator.store.setState(({ displayOpened }) => ({ displayOpened: !displayOpened })),
  isOn: ({ annotator }) => annotator.state.displayOpened,
};

export const help: Action = {
  id: "help",
  label: "Keys and mouse",
  group: "View",
  keys: ["?"],
  icon: IconHelp,
  can: () => true,
  perform: ({ toggleHelp }) => toggleHelp(),
};

export const viewActions: readonly Action[] = [
  fit,
  oneToOne,
  zoomToMask,
  zoomIn,
  zoomOut,
  ...moves,
  showMasks,
  preview,
  outlineOnly,
  spotlight,
  adjust,
  help,
];
