import type { Flow, FlowDialog } from "../flow/useFlow";
import { NoteDialog } from "./NoteDialog";
import { ProposalsDialog } from "./ProposalsDialog";

const SKIP_REASONS = [
  "Nothing to mask",
  "Too blurred or too dark",
  "Does not belong here",
  "Should not be shown to people",
];

interface Props {
  flow: Flow;
  dialog: FlowDialog | null;
  /** Proposed masks that nobody has judged. */
  proposalsLeft: number;
}

/** What skipping an image, asking for help, sending it back and submitting with proposals left want to know. */
export function FlowDialogs({ flow, dialog, proposalsLeft }: Props) {
  const onClose = () => flow.ask(null);
  return (
    <>
      <ProposalsDialog
        opened={dialog === "proposals"}
        count={proposalsLeft}
        onClose={onClose}
        onDone={flow.judgeAndSubmit}
      />
      <NoteDialog
        opened={dialog === "skip"}
        title="Skip this image"
        choices={SKIP_REASONS}
        textLabel="Another reason, or more about it"
        actionLabel="Skip image"
        onClose={onClose}
        onDone={flow.skip}
      />
      <NoteDialog
        opened={dialog === "flag"}
        title="Ask for help with this image"
        choices={[]}
        textLabel="Your question"
        actionLabel="Ask and go on"
        onClose={onClose}
        onDone={flow.flag}
      />
      <NoteDialog
        opened={dialog === "return"}
        title="Send this image back"
        choices={[]}
        textLabel="What is to be done"
        actionLabel="Send back"
        onClose={onClose}
        onDone={flow.sendBack}
      />
    </>
  );
}
