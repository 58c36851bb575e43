import { Divider } from "@mantine/core";
import type { Action, ActionContext } from "../actions/action";
import { redo, removeLastPoint, undo } from "../actions/mask";
import { brushTool, eraserTool, largerBrush, pointTool, smallerBrush } from "../actions/tools";
import { fit, help, showMasks, zoomIn, zoomOut, zoomToMask } from "../actions/view";
import { tools } from "../tools";
import { useAnnotatorState } from "../useAnnotatorState";
import { ActionButton } from "./ActionButton";
import { DisplayMenu } from "./DisplayMenu";
import classes from "./panels.module.css";

const TOOLS = [pointTool, brushTool, eraserTool];
const HISTORY = [undo, redo, removeLastPoint];
const VIEW = [zoomIn, zoomOut, fit, zoomToMask];
const LOOK = [showMasks];

export function ToolRail({ context }: { context: ActionContext }) {
  return (
    <div className={classes.rail} role="toolbar" aria-label="Tools" aria-orientation="vertical">
      <Group actions={TOOLS} context={context} />
      <BrushSize context={context} />
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

function BrushSize({ context }: { context: ActionContext }) {
  const isShown = useAnnotatorState(context.annotator, ({ tool }) => tools[tool].hasRing);
  const brushPx = useAnnotatorState(context.annotator, (state) => state.brushPx);
  if (!isShown) return null;
  return (
    <>
      <ActionButton action={largerBrush} context={context} />
      <output className={classes.brushSize} aria-label="Brush size in image pixels">
        {brushPx} px
      </output>
      <ActionButton action={smallerBrush} context={context} />
    </>
  );
}
