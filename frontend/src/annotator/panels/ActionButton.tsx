import { ActionIcon, Kbd, Tooltip } from "@mantine/core";
import type { Action, ActionContext } from "../actions/action";
import { keyedText } from "../actions/keyedText";
import { firstKeyText, keysOf } from "../actions/keymap";
import { ariaKeys } from "../actions/keys";
import { canDo, run } from "../actions/useKeys";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./panels.module.css";

interface Props {
  action: Action;
  context: ActionContext;
  side?: "right" | "bottom" | "top";
}

/** A button for an action, with its name, its key and, where it cannot be done now, the reason. */
export function ActionButton({ action, context, side = "right" }: Props) {
  const can = useAnnotatorState(context.annotator, () => canDo(action, context));
  const isOn = useAnnotatorState(context.annotator, () => action.isOn?.(context));
  const keymap = useAnnotatorState(context.annotator, (state) => state.keymap);
  const Icon = action.icon;
  return (
    <Tooltip
      label={
        <TooltipText
          label={action.label}
          keys={firstKeyText(action, keymap)}
          whyNot={can === true ? null : keyedText(can, keymap)}
        />
      }
      position={side}
      openDelay={350}
      withArrow
    >
      <ActionIcon
        size={36}
        variant={isOn ? (action.group === "Tools" ? "filled" : "light") : "subtle"}
        color={isOn ? undefined : "gray"}
        aria-label={action.label}
        aria-keyshortcuts={keysOf(action, keymap).map(ariaKeys).join(" ") || undefined}
        aria-pressed={isOn}
        aria-disabled={can !== true}
        data-action={action.id}
        className={classes.actionButton}
        // The keyboard stays with the canvas: a click here must not make the next Space press this button.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => run(action, context)}
      >
        {Icon && <Icon size={20} stroke={1.8} />}
      </ActionIcon>
    </Tooltip>
  );
}

function TooltipText({ label, keys, whyNot }: { label: string; keys: string | null; whyNot: string | null }) {
  return (
    <span>
      {label} {keys && <Kbd size="xs">{keys}</Kbd>}
      {whyNot && <span className={classes.tooltipReason}>{whyNot}</span>}
    </span>
  );
}
