import type { ToolName } from "../state/store";
import { boxTool } from "./box";
import { brushTool, eraserTool } from "./brush";
import { lassoTool } from "./lasso";
import { pointTool } from "./point";
import { polygonTool } from "./polygon";
import { selectTool } from "./select";
import type { Tool } from "./tool";

export const tools: Record<ToolName, Tool> = {
  point: pointTool,
  box: boxTool,
  brush: brushTool,
  eraser: eraserTool,
  polygon: polygonTool,
  lasso: lassoTool,
  select: selectTool,
};
