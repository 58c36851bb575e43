import type { ToolName } from "../state/store";
import { brushTool, eraserTool } from "./brush";
import { pointTool } from "./point";
import type { Tool } from "./tool";

export const tools: Record<ToolName, Tool> = { point: pointTool, brush: brushTool, eraser: eraserTool };
