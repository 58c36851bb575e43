import { Button, Kbd } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Annotator } from "../Annotator";
import type { ActionContext } from "../actions/action";
import { firstKeyText } from "../actions/keymap";
import { accept, cancel } from "../actions/mask";
import { run } from "../actions/useKeys";
import { activeMs } from "../state/activeTime";
import { isBegun } from "../state/draft";
import { useAnnotatorState } from "../useAnnotatorState";
import { Candidates } from "./Candidates";
import { EditsMenu } from "./EditsMenu";
import classes from "./panels.module.css";

const TICK_MS = 200;

/** The mask in the making: its time, and the two ways to end it. */
export function DraftBar({ context }: { context: ActionContext }) {
  const { annotator } = context;
  const isDrawing = useAnnotatorState(annotator, ({ outline }) => outline !== null);
  const isActive = useAnnotatorState(annotator, ({ draft, stroking }) => stroking || isBegun(draft));
  const isReadOnly = useAnnotatorState(annotator, ({ readOnly }) => readOnly !== null);
  const keymap = useAnnotatorState(annotator, (state) => state.keymap);
  if (isReadOnly || (!isActive && !isDrawing)) return null;
  return (
    <div className={classes.draftBar}>
      <Candidates context={context} />
      <Timer annotator={annotator} />
      <EditsMenu context={context} />
      <Button
        size="sm"
        variant="subtle"
        color="gray"
        rightSection={<Kbd size="xs">{firstKeyText(cancel, keymap)}</Kbd>}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => run(cancel, context)}
      >
        Cancel
      </Button>
      <Button
        size="sm"
        rightSection={<Kbd size="xs">{firstKeyText(accept, keymap)}</Kbd>}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => run(accept, context)}
      >
        {isDrawing ? "Close outline" : "Accept"}
      </Button>
    </div>
  );
}

function Timer({ annotator }: { annotator: Annotator }) {
  const [seconds, setSeconds] = useState(() => secondsOf(annotator));
  useEffect(() => {
    const timer = setInterval(() => setSeconds(secondsOf(annotator)), TICK_MS);
    return () => clearInterval(timer);
  }, [annotator]);
  return (
    <span className={classes.timer} title="Active time on this mask" data-testid="mask-time">
      {seconds.toFixed(1)} s
    </span>
  );
}

function secondsOf(annotator: Annotator): number {
  return activeMs(annotator.state.time, performance.now()) / 1000;
}
