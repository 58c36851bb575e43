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
  onNextProposal: () => void;
  /** Proposed masks that nobody has judged. */
  proposalsLeft: number;
}

/** What skipping an image, asking for help, sending it back and deciding with proposals left want to know. */
export function FlowDialogs({ flow, dialog, proposalsLeft, onNextProposal }: Props) {
  const onClose = () => flow.ask(null);
  return (
    <>
      <ProposalsDialog
        opened={dialog === "submit-proposals"}
        count={proposalsLeft}
        decided="submitted"
        onClose={onClose}
        onNext={onNextProposal}
        onDone={flow.judgeAndSubmit}
      />
      <ProposalsDialog
        opened={dialog === "accept-proposals"}
        count={proposalsLeft}
        decided="accepted"
        onClose={onClose}
        onNext={onNextProposal}
        onDone={flow.judgeAndAccept}
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
