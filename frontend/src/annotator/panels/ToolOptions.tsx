import type { ActionContext } from "../actions/action";
import { largerBrush, smallerBrush, squareBrush } from "../actions/tools";
import { tools } from "../tools";
import { useAnnotatorState } from "../useAnnotatorState";
import { ActionButton } from "./ActionButton";
import classes from "./panels.module.css";

/** The brush's shape and size, over a corner of the picture so that nothing moves when a tool is taken. */
export function ToolOptions({ context }: { context: ActionContext }) {
  const isShown = useAnnotatorState(context.annotator, ({ tool }) => tools[tool].hasRing);
  const brushPx = useAnnotatorState(context.annotator, (state) => state.brushPx);
  if (!isShown) return null;
  return (
    <div className={classes.toolOptions} role="toolbar" aria-label="Brush">
      <ActionButton action={squareBrush} context={context} side="bottom" />
      <ActionButton action={smallerBrush} context={context} side="bottom" />
      <output className={classes.brushSize} aria-label="Brush size in image pixels">
        {brushPx} px
      </output>
      <ActionButton action={largerBrush} context={context} side="bottom" />
    </div>
  );
}
