import { Button, Kbd, Text } from "@mantine/core";
import { Fragment, useEffect, useRef } from "react";
import type { Annotator } from "../Annotator";
import { keyedParts } from "../actions/keyedText";
import type { Keymap } from "../actions/keymap";
import { type Done, doneWith, isStepDone, TOUR } from "../state/tour";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./view.module.css";

/** The first steps, beside the real picture: it goes on when a step is done, and never takes the keyboard. */
export function Tour({ annotator, maskCount }: { annotator: Annotator; maskCount: number }) {
  const step = useAnnotatorState(annotator, (state) => state.tourStep);
  const draft = useAnnotatorState(annotator, (state) => state.draft);
  const keymap = useAnnotatorState(annotator, (state) => state.keymap);
  const isReady = useAnnotatorState(annotator, ({ decoder }) => decoder.phase === "ready");
  const shown = step === null || !isReady ? null : TOUR[step];
  const imageId = useAnnotatorState(annotator, ({ image }) => image?.id);
  const goTo = (tourStep: number | null) => annotator.store.setState({ tourStep });

  const before = useRef<{ step: number; imageId: string | undefined; done: Done } | null>(null);
  useEffect(() => {
    const done = doneWith(draft, maskCount);
    if (step === null || !shown) before.current = null;
    else if (before.current?.step !== step || before.current.imageId !== imageId)
      before.current = { step, imageId, done };
    else if (isStepDone(step, before.current.done, done)) annotator.store.setState({ tourStep: step + 1 });
  }, [annotator, draft, maskCount, step, shown, imageId]);

  if (!shown || step === null) return null;
  const isLast = step === TOUR.length - 1;
  return (
    <section className={classes.tour} aria-label="First steps" data-place={shown.place}>
      <div role="status">
        <Text size="sm" fw={600}>
          <WithKeys text={shown.title} keymap={keymap} />
        </Text>
        <Text size="sm" mt={4}>
          <WithKeys text={shown.text} keymap={keymap} />
        </Text>
      </div>
      <div className={classes.tourEnd}>
        <Text size="xs" c="dimmed">
          {step + 1} of {TOUR.length}
        </Text>
        {!isLast && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => goTo(null)}>
            Skip the tour
          </Button>
        )}
        <Button size="compact-sm" variant="light" onClick={() => goTo(isLast ? null : step + 1)}>
          {isLast ? "Done" : "Next"}
        </Button>
      </div>
    </section>
  );
}

function WithKeys({ text, keymap }: { text: string; keymap: Keymap }) {
  return keyedParts(text, keymap).map((part) =>
    part.isKey ? <Kbd key={part.text}>{part.text}</Kbd> : <Fragment key={part.text}>{part.text}</Fragment>,
  );
}
