import { errorText } from "../../api/errors";
import type { Annotator } from "../Annotator";
import type { NewMaskChange } from "../outbox/changes";
import type { MaskStep } from "../outbox/history";
import { showUndo } from "../panels/showUndo";

/** Changes saved masks of the image at hand, as one step of its history. `about` says what was done. */
export function changeMasks(annotator: Annotator, about: string, changes: readonly NewMaskChange[]): void {
  run(annotator, async () => {
    await annotator.history.do(about, changes);
  });
}

/** The same for what must not go unseen: it is said, and can be taken back there. */
export function changeMasksAndSay(
  annotator: Annotator,
  about: string,
  changes: readonly NewMaskChange[],
): void {
  run(annotator, async () => {
    const step = await annotator.history.do(about, changes);
    if (step) showUndo(about, () => moveStep(annotator, step, true));
  });
}

/** Takes a step back (`undone`), or does it again, and says so. */
export function moveStep(annotator: Annotator, step: MaskStep, undone: boolean): void {
  run(annotator, async () => {
    const isMoved = await annotator.history.move(step, undone);
    const what = undone ? "Taken back" : "Done again";
    annotator.store.setState({
      hint: isMoved
        ? `${what}: ${step.about}.`
        : `Something else has changed these masks since, so this cannot be ${what.toLowerCase()}: ${step.about}.`,
    });
  });
}

function run(annotator: Annotator, task: () => Promise<void>): void {
  task().catch((error) => {
    annotator.store.setState({ hint: `This could not be stored on this computer: ${errorText(error)}` });
  });
}
