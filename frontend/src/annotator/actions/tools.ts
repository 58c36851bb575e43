import { IconBrush, IconEraser, IconMinus, IconPlus, IconPointer } from "@tabler/icons-react";
import { steppedBrush, type ToolName } from "../state/store";
import { tools } from "../tools";
import type { Action, ActionContext } from "./action";

function chooseTool(tool: ToolName, about: Pick<Action, "label" | "keys" | "icon">): Action {
  return {
    ...about,
    id: `tool-${tool}`,
    group: "Tools",
    can: ({ annotator }) => (annotator.state.stroking ? "Finish the stroke first." : true),
    perform: ({ annotator }) => annotator.store.setState({ tool, hint: null }),
    isOn: ({ annotator }) => annotator.state.tool === tool,
  };
}

function stepBrush(direction: 1 | -1, about: Pick<Action, "id" | "label" | "keys" | "icon">): Action {
  return {
    ...about,
    group: "Tools",
    repeats: true,
    can: ({ annotator }) =>
      tools[annotator.state.tool].hasRing ? true : "Take the brush (B) or the eraser (E) first.",
    perform: ({ annotator }: ActionContext) =>
      annotator.store.setState(({ brushPx }) => ({ brushPx: steppedBrush(brushPx, direction) })),
  };
}

export const pointTool = chooseTool("point", { label: "Click", keys: ["c"], icon: IconPointer });
export const brushTool = chooseTool("brush", { label: "Brush", keys: ["b"], icon: IconBrush });
export const eraserTool = chooseTool("eraser", { label: "Eraser", keys: ["e"], icon: IconEraser });
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

export const toolsActions: readonly Action[] = [pointTool, brushTool, eraserTool, smallerBrush, largerBrush];
