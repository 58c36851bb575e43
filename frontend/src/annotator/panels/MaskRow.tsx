import { ActionIcon, Text, Tooltip, UnstyledButton } from "@mantine/core";
import {
  type Icon,
  IconCheck,
  IconEye,
  IconEyeOff,
  IconLock,
  IconLockOpen,
  IconTrash,
  IconX,
} from "@tabler/icons-react";
import type { CSSProperties, MouseEvent } from "react";
import { useSession } from "../../api/session";
import type { Label } from "../../api/types";
import { SOURCE_LABELS } from "../../stages/sources";
import type { Annotator } from "../Annotator";
import { acceptProposals, rejectProposals } from "../actions/proposals";
import { deleteMasks, lockedReason, setLocked, toggleHidden, uncorrectable } from "../actions/selected";
import { areaPx } from "../masks/labels";
import { colourOf } from "../masks/palette";
import { isProposed, type ListedMask } from "../outbox/changes";
import { selectedIds, selectOnly, selectUpTo, toggleSelected } from "../state/selection";
import { useAnnotatorState } from "../useAnnotatorState";
import { LabelDot, MaskLabelMenu } from "./LabelMenu";
import { MaskThumbnail } from "./MaskThumbnail";
import classes from "./maskList.module.css";
import { percent } from "./percent";

interface Props {
  annotator: Annotator;
  mask: ListedMask;
  index: number;
  labels: readonly Label[];
  listed: readonly ListedMask[];
  /** The row that Tab comes to. */
  isCurrent: boolean;
  style: CSSProperties;
}

export function MaskRow(props: Props) {
  const { annotator, mask, index, labels, isCurrent, style } = props;
  const isSelected = useAnnotatorState(annotator, (state) => selectedIds(state).includes(mask.id));
  const isHovered = useAnnotatorState(annotator, (state) => state.hoveredId === mask.id);
  const isHidden = useAnnotatorState(annotator, (state) => state.hiddenIds.has(mask.id));
  const number = annotator.saved.numberOf(mask.id);
  const isProposal = isProposed(mask);
  const name = isProposal ? `Proposal ${number}` : `Mask ${number}`;
  const shape = annotator.saved.get(mask.id);
  const label = labels.find(({ id }) => id === mask.label_id);
  const tabIndex = isCurrent ? 0 : -1;
  const hover = (hoveredId: string | null) => annotator.store.setState({ hoveredId });
  return (
    <li
      className={classes.row}
      style={style}
      data-index={index}
      data-mask-id={mask.id}
      data-selected={isSelected}
      data-hovered={isHovered}
      data-hidden={isHidden}
      data-proposed={isProposal}
      onMouseEnter={() => hover(mask.id)}
      onMouseLeave={() => hover(null)}
    >
      <UnstyledButton
        className={classes.main}
        tabIndex={tabIndex}
        aria-pressed={isSelected}
        onMouseDown={keepFocus}
        onClick={(event) => select(props, event)}
        onDoubleClick={() => refine(annotator, mask)}
      >
        {shape && <MaskThumbnail mask={shape} colour={colourOf(annotator.saved.colours, mask.id)} />}
        <span className={classes.text}>
          <span className={classes.name}>
            {label && <LabelDot label={label} />}
            <Text size="sm" fw={500} truncate component="span">
              {label ? `${label.name} ${number}` : name}
            </Text>
            <span className={classes.states}>
              {isHidden && <IconEyeOff size={14} role="img" aria-label="hidden" />}
              {mask.locked && <IconLock size={14} role="img" aria-label="locked" />}
            </span>
          </span>
          <Text size="xs" c="dimmed" truncate component="span">
            {shape && `${areaText(areaPx(shape))} · `}
            {isProposal ? sureText(mask) : <MadeBy mask={mask} />}
          </Text>
        </span>
      </UnstyledButton>
      <span className={classes.buttons}>
        {!isProposal && labels.length > 0 && (
          <MaskLabelMenu
            annotator={annotator}
            mask={mask}
            number={number}
            labels={labels}
            tabIndex={tabIndex}
          />
        )}
        <RowButton
          label={isHidden ? `Show ${name.toLowerCase()}` : `Hide ${name.toLowerCase()}`}
          icon={isHidden ? IconEye : IconEyeOff}
          tabIndex={tabIndex}
          onClick={() => toggleHidden(annotator, [mask])}
        />
        {isProposal ? (
          <Judge annotator={annotator} mask={mask} name={name} tabIndex={tabIndex} />
        ) : (
          <>
            <RowButton
              label={mask.locked ? `Unlock mask ${number}` : `Lock mask ${number}`}
              icon={mask.locked ? IconLockOpen : IconLock}
              tabIndex={tabIndex}
              onClick={() => setLocked(annotator, [mask], !mask.locked)}
            />
            <RowButton
              label={`Delete mask ${number}`}
              icon={IconTrash}
              tabIndex={tabIndex}
              onClick={() => {
                const hint = lockedReason(annotator, [mask]);
                if (hint === null) deleteMasks(annotator, [mask]);
                else annotator.store.setState({ hint });
              }}
            />
          </>
        )}
      </span>
    </li>
  );
}

interface JudgeProps {
  annotator: Annotator;
  mask: ListedMask;
  name: string;
  tabIndex: number;
}

function Judge({ annotator, mask, name, tabIndex }: JudgeProps) {
  const judge = (perform: typeof acceptProposals) => {
    const hint = lockedReason(annotator, [mask]);
    if (hint === null) perform(annotator, annotator.saved.pick([mask.id]));
    else annotator.store.setState({ hint });
  };
  return (
    <>
      <RowButton
        label={`Accept ${name.toLowerCase()}`}
        icon={IconCheck}
        tabIndex={tabIndex}
        onClick={() => judge(acceptProposals)}
      />
      <RowButton
        label={`Reject ${name.toLowerCase()}`}
        icon={IconX}
        tabIndex={tabIndex}
        onClick={() => judge(rejectProposals)}
      />
    </>
  );
}

/** How long a mask took, whose it is, and how it was made. */
function MadeBy({ mask }: { mask: ListedMask }) {
  const author = useAuthor(mask);
  return (
    <>
      {mask.active_ms > 0 && `${(mask.active_ms / 1000).toFixed(1)} s · `}
      {author && (
        <>
          <span title={author.about} className={classes.author} data-testid="author">
            {author.short}
          </span>{" "}
          ·{" "}
        </>
      )}
      {mask.waiting ? "not sent yet" : SOURCE_LABELS[mask.source]}
    </>
  );
}

/** Who made a mask, as briefly as a row can say it; what the server has not got yet is the person's own anyway. */
function useAuthor({ waiting, author_id, author_name }: ListedMask): { short: string; about: string } | null {
  const { user } = useSession();
  if (author_id === user.id) return waiting ? null : { short: "you", about: `Made by ${user.name} (you)` };
  if (author_name === null) return null;
  return { short: author_name.split(" ")[0] as string, about: `Made by ${author_name}` };
}

interface RowButtonProps {
  label: string;
  icon: Icon;
  tabIndex: number;
  onClick: () => void;
}

function RowButton({ label, icon: ButtonIcon, tabIndex, onClick }: RowButtonProps) {
  return (
    <Tooltip label={label} openDelay={350} withArrow>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={28}
        tabIndex={tabIndex}
        aria-label={label}
        onMouseDown={keepFocus}
        onClick={onClick}
      >
        <ButtonIcon size={16} stroke={1.8} />
      </ActionIcon>
    </Tooltip>
  );
}

function select({ annotator, mask, listed }: Props, event: MouseEvent): void {
  annotator.store.setState((state) => {
    if (event.ctrlKey || event.metaKey) return toggleSelected(state, mask.id);
    if (!event.shiftKey) return selectOnly(mask.id);
    return selectUpTo(
      state,
      mask.id,
      listed.map(({ id }) => id),
    );
  });
}

function refine(annotator: Annotator, mask: ListedMask): void {
  const hint = uncorrectable(annotator, mask);
  if (hint === null) annotator.refine(mask);
  else annotator.store.setState({ hint });
}

/** The keyboard stays with the canvas. */
function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}

function sureText({ predicted_iou, waiting }: ListedMask): string {
  if (waiting) return "not sent yet";
  return predicted_iou === null ? "proposed" : `${percent(predicted_iou)} sure`;
}

function areaText(area: number): string {
  if (area < 10_000) return `${area} px`;
  return area < 1_000_000 ? `${Math.round(area / 1000)}k px` : `${(area / 1_000_000).toFixed(1)}M px`;
}
