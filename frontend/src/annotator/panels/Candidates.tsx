import { Tooltip } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { ActionContext } from "../actions/action";
import { keyText } from "../actions/keys";
import { nextCandidate } from "../actions/mask";
import { drawCandidate, frameOf } from "../masks/candidates";
import { shownAsk } from "../state/draft";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./panels.module.css";
import { percent } from "./percent";

const SIZE_PX = 88;
const NAMES = ["Whole", "Part", "Subpart"]; // by size

/** What an ambiguous click can mean: the three candidates, the largest first, to choose from. */
export function Candidates({ context }: { context: ActionContext }) {
  const { annotator } = context;
  const candidates = useAnnotatorState(annotator, ({ draft }) => shownAsk(draft)?.candidates ?? null);
  const chosen = useAnnotatorState(annotator, ({ draft }) => shownAsk(draft)?.chosen ?? 0);
  const row = useRef<HTMLFieldSetElement>(null);
  const isChoice = candidates !== null && candidates.length > 1;

  useEffect(() => {
    if (!isChoice || !candidates) return;
    const threshold = annotator.maskThreshold;
    const frame = frameOf(candidates, threshold);
    row.current?.querySelectorAll("canvas").forEach((canvas, index) => {
      const logits = candidates[index]?.logits;
      if (logits) drawCandidate(canvas, logits, threshold, frame);
    });
  }, [annotator, candidates, isChoice]);

  if (!isChoice) return null;
  return (
    <fieldset className={classes.candidates} aria-label="Candidates" ref={row}>
      {candidates.map(({ predictedIou }, index) => {
        const name = NAMES[index] as string;
        const fit = percent(predictedIou ?? 0);
        return (
          <Tooltip
            key={name}
            label={`${name} - next with ${nextCandidate.keys.map((key) => keyText(key)).join(", ")}`}
          >
            <button
              type="button"
              className={classes.candidate}
              aria-pressed={index === chosen}
              aria-label={`${name}, fit ${fit}`}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => annotator.chooseCandidate(index)}
            >
              <canvas width={SIZE_PX} height={SIZE_PX} />
              <span>{fit}</span>
            </button>
          </Tooltip>
        );
      })}
    </fieldset>
  );
}
