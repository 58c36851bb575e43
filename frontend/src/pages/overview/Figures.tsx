import { Progress } from "@mantine/core";
import type { ReactNode } from "react";
import type { BatchOut } from "../../api/types";
import { aboutText, countText, secondsText } from "../../ui/amounts";
import { totalsOf } from "./figures";
import classes from "./overview.module.css";

/** How far everything is, at a glance. */
export function Figures({ batches }: { batches: BatchOut[] }) {
  const totals = totalsOf(batches);
  const share = totals.images === 0 ? 0 : totals.finished / totals.images;
  const skipped = totals.skipped > 0 ? `, ${totals.skipped.toLocaleString()} skipped` : "";
  return (
    <dl className={classes.figures}>
      <Figure name="Images finished" note={`${Math.floor(100 * share)} %${skipped}`}>
        {totals.finished.toLocaleString()}
        <span className={classes.of}> of {totals.images.toLocaleString()}</span>
        <Progress value={100 * share} size={4} mt={10} aria-label="Share of images finished" />
      </Figure>
      <Figure
        name="Masks"
        note={totals.proposals > 0 ? `and ${countText(totals.proposals, "proposal")} to look at` : "accepted"}
      >
        {totals.masks.toLocaleString()}
      </Figure>
      <Figure name="Time per mask" note="mean active time of people">
        {secondsText(totals.secondsPerMask)}
      </Figure>
      <Figure name="Work left" note={leftNote(totals.secondsLeft, totals.withoutPace)}>
        {totals.secondsLeft === null ? "–" : aboutText(totals.secondsLeft)}
      </Figure>
    </dl>
  );
}

export function Figure({ name, note, children }: { name: string; note: string; children: ReactNode }) {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd className={classes.value}>{children}</dd>
      <dd className={classes.note}>{note}</dd>
    </div>
  );
}

function leftNote(seconds: number | null, withoutPace: number): string {
  if (withoutPace === 0) return seconds === null ? "nothing is to do" : "of people's active time";
  if (seconds === null) return "told once an image is submitted";
  return `plus ${countText(withoutPace, "batch", "batches")} without finished images`;
}
