import type { ToolName } from "../state/store";
import { brushTool, eraserTool } from "./brush";
import { pointTool } from "./point";
import { selectTool } from "./select";
import type { Tool } from "./tool";

export const tools: Record<ToolName, Tool> = {
  point: pointTool,
  brush: brushTool,
  eraser: eraserTool,
  select: selectTool,
};
