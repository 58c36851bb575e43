import {
  IconBrush,
  IconEraser,
  IconHandClick,
  IconLasso,
  IconMarquee2,
  IconMinus,
  IconPlus,
  IconPointer,
  IconPolygon,
  IconSquare,
} from "@tabler/icons-react";
import { steppedBrush, type ToolName, unfinished } from "../state/store";
import { tools } from "../tools";
import type { Action, ActionContext } from "./action";

function chooseTool(tool: ToolName, about: Pick<Action, "label" | "keys" | "icon">): Action {
  return {
    ...about,
    id: `tool-${tool}`,
    group: "Tools",
    can: ({ annotator }) => unfinished(annotator.state) ?? true,
    perform: ({ annotator }) => {
      // A box of which the keyboard has set one corner.
      if (annotator.state.moving) tools[annotator.state.tool].cancel(annotator);
      annotator.store.setState({ tool, hint: null });
    },
    isOn: ({ annotator }) => annotator.state.tool === tool,
  };
}

function hasBrush({ annotator }: ActionContext): true | string {
  return (
    tools[annotator.state.tool].hasRing ||
    "Take the brush ({tool-brush}) or the eraser ({tool-eraser}) first."
  );
}

function stepBrush(direction: 1 | -1, about: Pick<Action, "id" | "label" | "keys" | "icon">): Action {
  return {
    ...about,
    group: "Tools",
    repeats: true,
    can: hasBrush,
    perform: ({ annotator }) =>
      annotator.store.setState(({ brushPx }) => ({ brushPx: steppedBrush(brushPx, direction) })),
  };
}

export const pointTool = chooseTool("point", { label: "Click", keys: ["c"], icon: IconPointer });
export const boxTool = chooseTool("box", { label: "Box", keys: ["w"], icon: IconMarquee2 });
export const brushTool = chooseTool("brush", { label: "Brush", keys: ["b"], icon: IconBrush });
export const eraserTool = chooseTool("eraser", { label: "Eraser", keys: ["e"], icon: IconEraser });
export const polygonTool = chooseTool("polygon", { label: "Polygon", keys: ["p"], icon: IconPolygon });
export const lassoTool = chooseTool("lasso", { label: "Lasso", keys: ["l"], icon: IconLasso });
export const selectTool = chooseTool("select", { label: "Select", keys: ["t"], icon: IconHandClick });
export const smallerBrush = stepBrush(-1, {
  id: "smaller-brush",
  label: "Smaller brush",
  keys: ["["],
  icon: IconMinus,
});
export const largerBrush = stepBrush(1, {
  id: "larger-brush",
  label: "Larger brush",
  keys: ["]"],
  icon: IconPlus,
});

export const squareBrush: Action = {
  id: "square-brush",
  label: "Square brush",
  group: "Tools",
  keys: ["x"],
  icon: IconSquare,
  can: hasBrush,
  perform: ({ annotator }) =>
    annotator.store.setState(({ brushShape }) => ({
      brushShape: brushShape === "round" ? "square" : "round",
    })),
  isOn: ({ annotator }) => annotator.state.brushShape === "square",
};

export const toolsActions: readonly Action[] = [
  pointTool,
  boxTool,
  brushTool,
  eraserTool,
  smallerBrush,
  largerBrush,
  squareBrush,
  polygonTool,
  lassoTool,
  selectTool,
];
