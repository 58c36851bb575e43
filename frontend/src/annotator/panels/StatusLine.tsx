import { Tooltip } from "@mantine/core";
import { useEffect } from "react";
import { useStore } from "zustand";
import type { Annotator } from "../Annotator";
import { minutesText, renewToday, today } from "../flow/today";
import { askOf, shownAsk, shownPrediction } from "../state/draft";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./panels.module.css";
import { percent } from "./percent";
import { RuntimeMenu } from "./RuntimeMenu";

/** Small print at the canvas's lower edge: zoom, the last click's delay, and how the decoder runs. */
export function StatusLine({ annotator }: { annotator: Annotator }) {
  const scale = useAnnotatorState(annotator, ({ view }) => view.scale);
  const cursor = useAnnotatorState(annotator, (state) => state.cursor);
  const clickToMaskMs = useAnnotatorState(annotator, (state) => state.clickToMaskMs);
  const predictedIou = useAnnotatorState(
    annotator,
    ({ draft }) => shownPrediction(draft)?.predictedIou ?? null,
  );
  const asked = useAnnotatorState(annotator, ({ draft }) => askOf(draft).id);
  const answered = useAnnotatorState(annotator, ({ draft }) => shownAsk(draft)?.id ?? null);
  const { whyOff } = annotator.preparation.threads;
  return (
    <div className={classes.statusLine} data-testid="status-line" data-asked={asked} data-answered={answered}>
      <span title="Screen pixels per image pixel">{Math.round(100 * scale)} %</span>
      {cursor && (
        <span title="The pixel under the keyboard cursor" data-testid="cursor-place">
          {cursor.x}, {cursor.y}
        </span>
      )}
      {clickToMaskMs !== null && (
        <span title="From the last click to its mask on the screen" data-testid="click-time">
          {Math.round(clickToMaskMs)} ms
        </span>
      )}
      {predictedIou !== null && (
        <span title="How well the model thinks its mask fits (predicted IoU)">
          fit {percent(predictedIou)}
        </span>
      )}
      <TodayCount />
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

const RENEW_MS = 30_000;

function TodayCount() {
  const { masks, activeMs } = useStore(today);
  useEffect(() => {
    renewToday();
    const timer = setInterval(renewToday, RENEW_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <span title="Masks accepted in this browser today, and the active time they took" data-testid="today">
      {masks === 1 ? "1 mask" : `${masks} masks`}, {minutesText(activeMs)} today
    </span>
  );
}
