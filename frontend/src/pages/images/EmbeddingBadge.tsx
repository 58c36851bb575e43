import type { EmbeddingState } from "../../api/types";
import classes from "./EmbeddingBadge.module.css";

const HELP: Record<EmbeddingState, string> = {
  queued: "The model has not looked at this photo yet.",
  computing: "The model is looking at this photo now.",
  ready: "Clicks in this photo give masks.",
  failed: "The model could not look at this photo.",
};

/** State of an image's embedding; shape and word say it, colour only helps. */
export function EmbeddingBadge({ state }: { state: EmbeddingState }) {
  return (
    <span className={classes.badge} data-state={state} title={HELP[state]}>
      <span className={classes.dot} />
      {state}
    </span>
  );
}
