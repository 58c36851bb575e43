import type { ToolName } from "../state/store";
import { boxTool } from "./box";
import { brushTool, eraserTool } from "./brush";
import { pointTool } from "./point";
import type { Tool } from "./tool";

export const tools: Record<ToolName, Tool> = {
  point: pointTool,
  box: boxTool,
  brush: brushTool,
  eraser: eraserTool,
};
