import type { DashboardOut } from "../../api/types";
import { aboutText, countText, decimalText, percentText, secondsText } from "../../ui/amounts";
import { Figure } from "../overview/Figures";
import classes from "./dashboard.module.css";
import { dayText } from "./days";

/** How it goes, in six figures. */
export function Headline({ totals, forecast }: Pick<DashboardOut, "totals" | "forecast">) {
  return (
    <dl className={classes.headline} aria-label="Headline figures">
      <Figure
        name="Masks"
        note={totals.proposals > 0 ? `and ${countText(totals.proposals, "proposal")} to look at` : "accepted"}
      >
        {totals.masks.toLocaleString()}
      </Figure>
      <Figure
        name="Time per mask"
        note={
          totals.mean_seconds === null
            ? "told with the first mask that a person makes"
            : `median; mean ${secondsText(totals.mean_seconds)}`
        }
      >
        {secondsText(totals.median_seconds)}
      </Figure>
      <Figure name="Clicks per mask" note="of masks that people made">
        {decimalText(totals.clicks_per_mask)}
      </Figure>
      <Figure name="Automatic" note="of accepted masks cost nobody time">
        {percentText(totals.machine_share)}
      </Figure>
      <Figure name="Work left" note={`${countText(forecast.images_left, "image")} to annotate`}>
        {forecast.images_left === 0
          ? "none"
          : forecast.seconds_left === null
            ? "–"
            : aboutText(forecast.seconds_left)}
      </Figure>
      <Figure name="Done about" note={paceNote(forecast)}>
        {forecast.done_on === null ? "–" : dayText(forecast.done_on)}
      </Figure>
    </dl>
  );
}

function paceNote({ images_left, images_per_day }: DashboardOut["forecast"]): string {
  if (images_left === 0) return "nothing is left to do";
  if (images_per_day === null) return "told once an image is submitted";
  return `at ${decimalText(images_per_day)} images a day, as of late`;
}
