import {
  IconArrowBackUp,
  IconBook2,
  IconCheck,
  IconChecks,
  IconChevronLeft,
  IconChevronRight,
  IconClockPause,
  IconHelpHexagon,
  IconLockOpen,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
} from "@tabler/icons-react";
import { isDone, isReview } from "../flow/work";
import { isBegun } from "../state/draft";
import { unfinished } from "../state/store";
import type { Action, ActionContext } from "./action";

function openNeighbour(
  which: "previous_id" | "next_id",
  none: string,
  about: Pick<Action, "id" | "label" | "keys" | "icon">,
): Action {
  return {
    ...about,
    group: "Images",
    can: ({ annotator, neighbours }) => {
      // Not known yet is not the end: a fast second press must count as well.
      return unfinished(annotator.state) ?? (neighbours && !neighbours[which] ? none : true);
    },
    perform: ({ openNeighbour }) => openNeighbour(which),
  };
}

export const previousImage = openNeighbour("previous_id", "This is the first image.", {
  id: "previous-image",
  label: "Previous image",
  keys: ["a", "mod+ArrowLeft"],
  icon: IconChevronLeft,
});

export const nextImage = openNeighbour("next_id", "This is the last image.", {
  id: "next-image",
  label: "Next image",
  keys: ["d", "mod+ArrowRight"],
  icon: IconChevronRight,
});

function decide(
  about: Pick<Action, "id" | "label" | "keys" | "icon">,
  perform: Action["perform"],
  canElse: Action["can"] = () => true,
): Action {
  return {
    ...about,
    group: "Images",
    can: (context) => {
      const { annotator, image } = context;
      if (!image) return "The image is still loading.";
      if (isReview(image)) return "This image is in review: accept it or send it back.";
      if (annotator.state.readOnly) return annotator.state.readOnly;
      const reason = unfinished(annotator.state);
      return reason ?? canElse(context);
    },
    perform,
  };
}

function hasNoDraft({ annotator }: ActionContext): true | string {
  return isBegun(annotator.state.draft)
    ? "Accept the mask in the making ({accept}) or cancel it ({cancel}) first."
    : true;
}

export const submit = decide(
  { id: "submit", label: "Submit image", keys: ["mod+Enter"], icon: IconCheck },
  ({ flow }) => flow.submit(),
  hasNoDraft,
);

export const skip = decide(
  { id: "skip", label: "Skip image", keys: ["s"], icon: IconPlayerSkipForward },
  ({ flow }) => flow.ask("skip"),
);

export const flag = decide(
  { id: "flag", label: "Ask for help", keys: ["q"], icon: IconHelpHexagon },
  ({ flow }) => flow.ask("flag"),
);

export const putOff = decide(
  { id: "later", label: "Come back later", keys: ["shift+s"], icon: IconClockPause },
  ({ flow }) => flow.putOff(),
);

function judge(about: Pick<Action, "id" | "label" | "keys" | "icon">, perform: Action["perform"]): Action {
  return {
    ...about,
    group: "Images",
    can: (context) => {
      if (!context.image || !isReview(context.image)) return "This image is not for you to review.";
      return unfinished(context.annotator.state) ?? hasNoDraft(context);
    },
    perform,
  };
}

export const acceptReview = judge(
  { id: "accept-image", label: "Accept image", keys: ["shift+mod+Enter"], icon: IconChecks },
  ({ flow }) => flow.accept(),
);

export const sendBack = judge(
  { id: "send-back", label: "Send image back", keys: ["shift+b"], icon: IconArrowBackUp },
  ({ flow }) => flow.ask("return"),
);

export const reopen: Action = {
  id: "reopen",
  label: "Reopen image",
  group: "Images",
  keys: ["shift+r"],
  icon: IconLockOpen,
  can: ({ image }) =>
    image && (isDone(image.work) || image.work.state === "flagged")
      ? true
      : "Only a submitted, skipped or flagged image can be reopened.",
  perform: ({ flow }) => flow.reopen(),
};

export const nextInQueue: Action = {
  id: "next-in-queue",
  label: "Next image of the queue",
  group: "Images",
  keys: ["shift+n"],
  icon: IconPlayerTrackNext,
  can: ({ annotator }) => unfinished(annotator.state) ?? true,
  perform: ({ flow }) => flow.openNext(),
};

export const guidelines: Action = {
  id: "guidelines",
  label: "Guidelines",
  group: "Images",
  keys: ["n"],
  icon: IconBook2,
  can: () => true,
  perform: ({ flow }) => flow.toggleGuidelines(),
};

export const imagesActions: readonly Action[] = [
  submit,
  nextImage,
  previousImage,
  nextInQueue,
  skip,
  putOff,
  flag,
  reopen,
  acceptReview,
  sendBack,
  guidelines,
];
