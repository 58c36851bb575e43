import { Tooltip } from "@mantine/core";
import type { Annotator } from "../Annotator";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./panels.module.css";
import { RuntimeMenu } from "./RuntimeMenu";

/** Small print at the canvas's lower edge: zoom, the last click's delay, and how the decoder runs. */
export function StatusLine({ annotator }: { annotator: Annotator }) {
  const percent = useAnnotatorState(annotator, ({ view }) => Math.round(100 * view.scale));
  const lastClick = useAnnotatorState(annotator, (state) => state.lastClick);
  const { whyOff } = annotator.threads;
  return (
    <div className={classes.statusLine}>
      <span title="Screen pixels per image pixel">{percent} %</span>
      {lastClick && (
        <span title="From the last click to its mask on the screen" data-testid="click-time">
          {Math.round(lastClick.clickToMaskMs)} ms
        </span>
      )}
      {lastClick && (
        <span title="How well the model thinks its mask fits (predicted IoU)">
          fit {Math.round(100 * Math.min(1, Math.max(0, lastClick.predictedIou)))} %
        </span>
      )}
      <RuntimeMenu annotator={annotator} />
      {whyOff && (
        <Tooltip label={whyOff} multiline maw={320}>
          <button type="button" className={classes.attention}>
            threads off
          </button>
        </Tooltip>
      )}
    </div>
  );
}
