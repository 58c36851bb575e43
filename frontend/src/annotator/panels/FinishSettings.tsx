import { Slider, Switch, Text } from "@mantine/core";
import type { Annotator } from "../Annotator";
import { MOST_SPECKS_PERCENT } from "../state/finish";
import { useAnnotatorState } from "../useAnnotatorState";
import { Setting, slider } from "./Setting";

const SPECKS = "Remove specks and holes";

/** How masks are finished after a click. */
export function FinishSettings({ annotator }: { annotator: Annotator }) {
  const { specksPercent, followEdges } = useAnnotatorState(annotator, (state) => state.finish);
  return (
    <>
      <Text size="sm" fw={600} component="h2" mt={6}>
        Clicked masks
      </Text>
      <Setting label={SPECKS} value={specksPercent === 0 ? "Off" : `Below ${specksPercent} %`}>
        <Slider
          {...slider(SPECKS)}
          min={0}
          max={MOST_SPECKS_PERCENT}
          value={specksPercent}
          onChange={(percent) => annotator.setFinish({ specksPercent: percent })}
        />
      </Setting>
      <Text size="xs" c="dimmed">
        Relative to the largest part. Islands and holes with a click stay.
      </Text>
      <Switch
        size="xs"
        label="Follow edges in the picture"
        checked={followEdges}
        onChange={() => annotator.setFinish({ followEdges: !followEdges })}
      />
    </>
  );
}
