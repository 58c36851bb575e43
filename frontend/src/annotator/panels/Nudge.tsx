import { Button, Kbd } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { projectQuery } from "../../api/queries";
import type { ActionContext } from "../actions/action";
import { firstKeyText } from "../actions/keymap";
import { accept, cancel } from "../actions/mask";
import { run } from "../actions/useKeys";
import { activeMs } from "../state/activeTime";
import { isUntouched } from "../state/draft";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./panels.module.css";

const LOOK_MS = 500;

/** Once a mask takes longer than the project's limit: a reminder that going on to the next object is fine too. */
export function Nudge({ context }: { context: ActionContext }) {
  const { data: project } = useQuery(projectQuery);
  const isDrawing = useAnnotatorState(
    context.annotator,
    ({ draft, readOnly }) => readOnly === null && !isUntouched(draft),
  );
  if (!isDrawing || !project?.nudge_seconds) return null;
  return <MaskNudge context={context} seconds={project.nudge_seconds} />;
}

/** That of one mask: whoever goes on is not asked again. */
function MaskNudge({ context, seconds }: { context: ActionContext; seconds: number }) {
  const { annotator } = context;
  const keymap = useAnnotatorState(annotator, (state) => state.keymap);
  const [isDue, setIsDue] = useState(false);
  const [goesOn, setGoesOn] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => {
      setIsDue(activeMs(annotator.state.time, performance.now()) >= 1000 * seconds);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [annotator, seconds]);
  if (!isDue || goesOn) return null;
  return (
    <div className={classes.nudge} role="status" data-testid="nudge">
      <span>More than {seconds} s on this mask.</span>
      <NudgeButton
        label="Accept"
        keyName={firstKeyText(accept, keymap)}
        onClick={() => run(accept, context)}
      />
      <NudgeButton
        label="Skip this object"
        keyName={firstKeyText(cancel, keymap)}
        onClick={() => run(cancel, context)}
      />
      <NudgeButton label="Go on" onClick={() => setGoesOn(true)} />
    </div>
  );
}

function NudgeButton({
  label,
  keyName,
  onClick,
}: {
  label: string;
  keyName?: string | null;
  onClick: () => void;
}) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      rightSection={keyName && <Kbd size="xs">{keyName}</Kbd>}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}
