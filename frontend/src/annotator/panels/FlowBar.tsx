import { Badge, Button, Divider, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { queueQuery } from "../../api/queries";
import type { ImageDetail } from "../../api/types";
import type { ActionContext } from "../actions/action";
import { acceptReview, flag, guidelines, putOff, reopen, sendBack, skip, submit } from "../actions/images";
import { keyedText } from "../actions/keyedText";
import { firstKeyText, keysOf } from "../actions/keymap";
import { ariaKeys } from "../actions/keys";
import { canDo, run } from "../actions/useKeys";
import { isDone, isReview, shownWork, WORK_LABELS } from "../flow/work";
import { useAnnotatorState } from "../useAnnotatorState";
import { ActionButton } from "./ActionButton";
import classes from "./panels.module.css";

/** What can be decided about the image, at the end of the top bar. */
export function FlowBar({ image, context }: { image: ImageDetail; context: ActionContext }) {
  return (
    <div className={classes.flowBar}>
      <Left imageId={image.id} />
      <span className={classes.flowIcons}>
        <ActionButton action={guidelines} context={context} side="bottom" />
        <ActionButton action={flag} context={context} side="bottom" />
        <ActionButton action={putOff} context={context} side="bottom" />
        <ActionButton action={skip} context={context} side="bottom" />
      </span>
      <Divider orientation="vertical" />
      {isReview(image) ? (
        <>
          <MainButton action={sendBack} context={context} />
          <MainButton action={acceptReview} context={context} />
        </>
      ) : (
        <MainButton action={isDone(image.work) ? reopen : submit} context={context} />
      )}
    </div>
  );
}

/** The image's state in a word. An open one says so only while somebody else has it. */
export function WorkChip({ image }: { image: ImageDetail }) {
  const { work } = image;
  const shown = work.state === "open" ? shownWork(work) : work.state;
  return (
    <Badge
      variant="default"
      tt="none"
      fw={500}
      radius="sm"
      title={work.note ?? undefined}
      data-testid="work-state"
    >
      {WORK_LABELS[shown]}
    </Badge>
  );
}

function Left({ imageId }: { imageId: string }) {
  const { data } = useQuery({ ...queueQuery(imageId), placeholderData: (before) => before });
  if (!data) return null;
  const { open, later, submitted, in_review, done, skipped, flagged } = data.counts;
  const left = open + later;
  return (
    <Tooltip
      label={`To do: ${open}, later: ${later}. Submitted: ${submitted}, in review: ${in_review}, done: ${done}, skipped: ${skipped}, waiting for help: ${flagged}.`}
      multiline
      maw={280}
    >
      <span className={classes.left} data-testid="images-left">
        {left} left
      </span>
    </Tooltip>
  );
}

const SHORT_LABELS: Record<string, string> = {
  [submit.id]: "Submit",
  [reopen.id]: "Reopen",
  [acceptReview.id]: "Accept",
  [sendBack.id]: "Send back",
};

function MainButton({ action, context }: { action: typeof submit; context: ActionContext }) {
  const can = useAnnotatorState(context.annotator, () => canDo(action, context));
  const keymap = useAnnotatorState(context.annotator, (state) => state.keymap);
  const keyName = firstKeyText(action, keymap);
  const about = keyName ? `${action.label} (${keyName})` : action.label;
  const Icon = action.icon;
  return (
    <Tooltip label={can === true ? about : keyedText(can, keymap)} multiline maw={280}>
      <Button
        size="compact-md"
        variant={action === submit || action === acceptReview ? "filled" : "default"}
        aria-disabled={can !== true}
        aria-keyshortcuts={keysOf(action, keymap).map(ariaKeys).join(" ") || undefined}
        data-action={action.id}
        className={classes.actionButton}
        leftSection={Icon && <Icon size={16} stroke={2} />}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => run(action, context)}
      >
        {SHORT_LABELS[action.id] ?? action.label}
      </Button>
    </Tooltip>
  );
}
