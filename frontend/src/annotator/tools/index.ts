import type { ToolName } from "../state/store";
import { brushTool, eraserTool } from "./brush";
import { lassoTool } from "./lasso";
import { pointTool } from "./point";
import { polygonTool } from "./polygon";
import type { Tool } from "./tool";

export const tools: Record<ToolName, Tool> = {
  point: pointTool,
  brush: brushTool,
  eraser: eraserTool,
  polygon: polygonTool,
  lasso: lassoTool,
};
