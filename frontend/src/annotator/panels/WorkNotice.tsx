import { Button, Loader } from "@mantine/core";
import { useStore } from "zustand";
import { clientId } from "../../api/clientId";
import type { WorkOut } from "../../api/types";
import type { ActionContext } from "../actions/action";
import { nextInQueue, reopen } from "../actions/images";
import { run } from "../actions/useKeys";
import type { Lease, LeaseState } from "../flow/Lease";
import { isUntouched } from "../state/draft";
import { useAnnotatorState } from "../useAnnotatorState";
import { Notice } from "./Notice";

interface Props {
  context: ActionContext;
  work: WorkOut;
  lease: Lease;
}

/** Why the masks cannot be changed now and what to do about it, or what somebody asked about the image. */
export function WorkNotice({ context, work, lease }: Props) {
  const state = useStore(lease.store);
  if (work.state === "submitted" || work.state === "skipped") {
    const text = work.state === "submitted" ? "This image is submitted." : `Skipped: ${work.note}`;
    return (
      <Notice text={text}>
        <Button size="compact-sm" variant="default" onClick={() => run(reopen, context)}>
          Reopen
        </Button>
      </Notice>
    );
  }
  if (state.kind === "theirs") return <Theirs context={context} lease={lease} state={state} />;
  if (work.state !== "flagged") return null;
  const who = work.by === clientId() ? "You asked" : "Somebody asks";
  return (
    <Notice text={`${who}: ${work.note}`}>
      <Button size="compact-sm" variant="default" onClick={() => run(reopen, context)}>
        Answered
      </Button>
    </Notice>
  );
}

function Theirs({
  context,
  lease,
  state,
}: {
  context: ActionContext;
  lease: Lease;
  state: Extract<LeaseState, { kind: "theirs" }>;
}) {
  const { annotator } = context;
  const hasDraft = useAnnotatorState(annotator, ({ draft }) => !isUntouched(draft));
  return (
    <Notice text={theirsText(state, hasDraft)}>
      {state.waiting ? (
        <Loader size={16} aria-label="Waiting until it is free" />
      ) : (
        <Button size="compact-sm" onClick={() => lease.wait()}>
          {state.free ? "Take it" : "Take it when free"}
        </Button>
      )}
      <Button size="compact-sm" variant="default" onClick={() => run(nextInQueue, context)}>
        Go to the next image
      </Button>
      {hasDraft && (
        <Button size="compact-sm" variant="default" onClick={() => annotator.cancel()}>
          Drop my mask
        </Button>
      )}
    </Notice>
  );
}

function theirsText(
  { lost, free, waiting }: Extract<LeaseState, { kind: "theirs" }>,
  hasDraft: boolean,
): string {
  const kept = hasDraft ? " Your half-made mask is kept here until you go on or drop it." : "";
  if (waiting) return `It is yours as soon as it is free.${kept}`;
  if (free) return `Nobody has this image any more.${kept}`;
  return lost
    ? `Somebody else took this image while you were away. Masks that you accepted are saved all the same.${kept}`
    : `Somebody else works on this image now.${kept}`;
}
