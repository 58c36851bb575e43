import { Tooltip } from "@mantine/core";
import type { ImageCounts } from "../../api/types";
import classes from "./overview.module.css";
import { type Part, partsOf, partsText, STATE_LABELS } from "./states";

/** Images by state, as parts of one bar; the tooltip has the numbers. */
export function StateBar({ images }: { images: ImageCounts }) {
  const parts = partsOf(images);
  return (
    <Tooltip
      label={<Numbers parts={parts} />}
      disabled={parts.length === 0}
      classNames={{ tooltip: classes.tooltip ?? "" }}
      openDelay={120}
    >
      <span className={classes.bar} role="img" aria-label={partsText(parts)}>
        {parts.map(({ state, count }) => (
          <span key={state} className={classes.part} data-state={state} style={{ flexGrow: count }} />
        ))}
      </span>
    </Tooltip>
  );
}

/** Which colour is which state, of those that there are. */
export function Legend({ parts }: { parts: readonly Part[] }) {
  return (
    <ul className={classes.legend} aria-label="Images by state">
      {parts.map(({ state, count }) => (
        <li key={state} className={classes.entry}>
          <span className={classes.swatch} data-state={state} />
          {STATE_LABELS[state]} <b>{count.toLocaleString()}</b>
        </li>
      ))}
    </ul>
  );
}

function Numbers({ parts }: { parts: readonly Part[] }) {
  return (
    <span className={classes.numbers}>
      {parts.map(({ state, count }) => (
        <span key={state} className={classes.number}>
          <span className={classes.swatch} data-state={state} />
          {STATE_LABELS[state]}
          <b>{count.toLocaleString()}</b>
        </span>
      ))}
    </span>
  );
}
