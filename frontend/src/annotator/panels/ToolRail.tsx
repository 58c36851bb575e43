import { Divider } from "@mantine/core";
import type { Action, ActionContext } from "../actions/action";
import { redo, removeLastPoint, undo } from "../actions/mask";
import {
  boxTool,
  brushTool,
  eraserTool,
  lassoTool,
  pointTool,
  polygonTool,
  selectTool,
} from "../actions/tools";
import { fit, help, preview, showMasks, zoomIn, zoomOut, zoomToMask } from "../actions/view";
import { ActionButton } from "./ActionButton";
import { DisplayMenu } from "./DisplayMenu";
import classes from "./panels.module.css";

const TOOLS = [pointTool, boxTool, brushTool, eraserTool, polygonTool, lassoTool, selectTool];
const HISTORY = [undo, redo, removeLastPoint];
const VIEW = [zoomIn, zoomOut, fit, zoomToMask];
const LOOK = [showMasks, preview];

export function ToolRail({ context }: { context: ActionContext }) {
  return (
    <div className={classes.rail} role="toolbar" aria-label="Tools" aria-orientation="vertical">
      <Group actions={TOOLS} context={context} />
      <Divider w={28} />
      <Group actions={HISTORY} context={context} />
      <Divider w={28} />
      <Group actions={VIEW} context={context} />
      <Divider w={28} />
      <Group actions={LOOK} context={context} />
      <DisplayMenu context={context} />
      <span className={classes.railEnd}>
        <ActionButton action={help} context={context} />
      </span>
    </div>
  );
}

function Group({ actions, context }: { actions: Action[]; context: ActionContext }) {
  return actions.map((action) => <ActionButton key={action.id} action={action} context={context} />);
}
