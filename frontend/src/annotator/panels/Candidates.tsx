import { Tooltip } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { ActionContext } from "../actions/action";
import { keyText } from "../actions/keys";
import { nextCandidate } from "../actions/mask";
import { drawCandidate, frameOf } from "../masks/candidates";
import { shownAsk } from "../state/draft";
import { finishedCandidates } from "../state/shown";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./panels.module.css";
import { percent } from "./percent";

const SIZE_PX = 88;
const NAMES = ["Whole", "Part", "Subpart"]; // by size

/** What an ambiguous click can mean: the three candidates, the largest first, to choose from. */
export function Candidates({ context }: { context: ActionContext }) {
  const { annotator } = context;
  const ask = useAnnotatorState(annotator, ({ draft }) => shownAsk(draft));
  const finish = useAnnotatorState(annotator, ({ draft }) => draft.finish);
  const row = useRef<HTMLFieldSetElement>(null);
  const candidates = ask?.candidates ?? [];
  const isChoice = candidates.length > 1;

  useEffect(() => {
    const { image } = annotator.state;
    if (!isChoice || !image || !ask) return;
    const threshold = annotator.maskThreshold;
    const shown = finishedCandidates(ask, image, threshold, finish, annotator.guide);
    const frame = frameOf(shown, threshold);
    row.current?.querySelectorAll("canvas").forEach((canvas, index) => {
      const logits = shown[index]?.logits;
      if (logits) drawCandidate(canvas, logits, threshold, frame);
    });
  }, [annotator, ask, finish, isChoice]);

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
              aria-pressed={index === ask?.chosen}
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
