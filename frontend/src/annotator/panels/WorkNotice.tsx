import { Button, Loader } from "@mantine/core";
import { useStore } from "zustand";
import { useGone } from "../../api/gone";
import { useSession } from "../../api/session";
import type { ImageDetail, WorkState } from "../../api/types";
import type { ActionContext } from "../actions/action";
import { nextInQueue, reopen } from "../actions/images";
import { run } from "../actions/useKeys";
import type { Lease, LeaseState } from "../flow/Lease";
import { holderName, isDone, isReview } from "../flow/work";
import { isUntouched } from "../state/draft";
import { useAnnotatorState } from "../useAnnotatorState";
import { Notice } from "./Notice";

interface Props {
  context: ActionContext;
  image: ImageDetail;
  lease: Lease;
}

/** Why the masks cannot be changed now and what to do about it, or what somebody asked about the image. */
export function WorkNotice({ context, image, lease }: Props) {
  const { work } = image;
  const state = useStore(lease.store);
  const { user } = useSession();
  const isGone = useGone(({ ids }) => ids.has(image.id));
  if (isGone) {
    return (
      <Notice text="This image is not in your queue any more: somebody else finished it, or it is theirs now.">
        <Button size="compact-sm" variant="default" onClick={() => run(nextInQueue, context)}>
          Go to the next image
        </Button>
      </Notice>
    );
  }
  if (isDone(work) && !isReview(image)) {
    const text =
      work.state === "skipped" ? `Skipped: ${work.note}` : `This image is ${DONE_WORDS[work.state]}.`;
    return (
      <Notice text={text}>
        <Button size="compact-sm" variant="default" onClick={() => run(reopen, context)}>
          Reopen
        </Button>
      </Notice>
    );
  }
  if (state.kind === "theirs") {
    const holder = holderName(work, user.id);
    return <Theirs context={context} lease={lease} state={state} holder={holder} />;
  }
  if (isReview(image)) {
    const who = work.by === user.id ? "You" : (work.by_name ?? "Maskloop");
    return <Notice text={`${who} submitted this image. Correct what is wrong, or send it back.`} />;
  }
  if (work.state === "open" && work.note !== null) {
    return <Notice text={`${work.by_name ?? "A reviewer"} sent this image back: ${work.note}`} />;
  }
  if (work.state !== "flagged") return null;
  const who = work.by === user.id ? "You asked" : `${work.by_name ?? "Somebody"} asks`;
  return (
    <Notice text={`${who}: ${work.note}`}>
      <Button size="compact-sm" variant="default" onClick={() => run(reopen, context)}>
        Answered
      </Button>
    </Notice>
  );
}

const DONE_WORDS: Partial<Record<WorkState, string>> = {
  submitted: "submitted",
  in_review: "in review",
  done: "done",
};

function Theirs({
  context,
  lease,
  state,
  holder,
}: {
  context: ActionContext;
  lease: Lease;
  state: Extract<LeaseState, { kind: "theirs" }>;
  holder: string;
}) {
  const { annotator } = context;
  const hasDraft = useAnnotatorState(annotator, ({ draft }) => !isUntouched(draft));
  return (
    <Notice text={theirsText(state, holder, hasDraft)}>
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
  holder: string,
  hasDraft: boolean,
): string {
  const kept = hasDraft ? " Your half-made mask is kept here until you go on or drop it." : "";
  if (waiting) return `It is yours as soon as it is free.${kept}`;
  if (free) return `Nobody has this image any more.${kept}`;
  return lost
    ? `${holder} took this image while you were away. Masks that you accepted are saved all the same.${kept}`
    : `${holder} works on this image now.${kept}`;
}
