import { IconEye, IconHelp, IconMaximize, IconWand, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { actualSize, fitView, smallestScale, type View, zoomAt } from "../canvas/view";
import type { AnnotatorState } from "../state/store";
import type { Action } from "./action";

const STEP = 1.25;

function viewAction(
  about: Pick<Action, "id" | "label" | "keys" | "icon" | "repeats">,
  viewOf: (state: AnnotatorState, image: NonNullable<AnnotatorState["image"]>) => View,
): Action {
  return {
    ...about,
    group: "View",
    can: ({ annotator }) => (annotator.state.image ? true : "The image is still loading."),
    perform: ({ annotator }) => {
      const { state } = annotator;
      if (state.image) annotator.store.setState({ view: viewOf(state, state.image) });
    },
  };
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

export const help: Action = {
  id: "help",
  label: "Keys and mouse",
  group: "View",
  keys: ["?"],
  icon: IconHelp,
  can: () => true,
  perform: ({ toggleHelp }) => toggleHelp(),
};

export const viewActions: readonly Action[] = [fit, oneToOne, zoomIn, zoomOut, showMasks, preview, help];
