import { ActionIcon, Kbd, Menu, Tooltip, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconTag } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Label } from "../../api/types";
import type { Annotator } from "../Annotator";
import { keyText } from "../actions/keys";
import { lockedReason, setLabel } from "../actions/selected";
import type { ListedMask } from "../outbox/changes";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./maskList.module.css";

const KEYS = 9;

export function LabelDot({ label }: { label: Label }) {
  return <span className={classes.dot} style={{ background: label.colour }} />;
}

/** Which label new masks get. */
export function NewLabel({ annotator, labels }: { annotator: Annotator; labels: readonly Label[] }) {
  const newLabelId = useAnnotatorState(annotator, (state) => state.newLabelId);
  const label = labels.find(({ id }) => id === newLabelId);
  return (
    <LabelMenu labels={labels} onChoose={(id) => annotator.store.setState({ newLabelId: id })}>
      <UnstyledButton className={classes.newLabel} onMouseDown={(event) => event.preventDefault()}>
        New masks: {label && <LabelDot label={label} />} {label?.name ?? "no label"}
        <IconChevronDown size={14} aria-hidden />
      </UnstyledButton>
    </LabelMenu>
  );
}

interface MaskLabelProps {
  annotator: Annotator;
  mask: ListedMask;
  number: number;
  labels: readonly Label[];
  tabIndex: number;
}

/** The label of one mask. */
export function MaskLabelMenu({ annotator, mask, number, labels, tabIndex }: MaskLabelProps) {
  function choose(labelId: string | null) {
    const hint = lockedReason(annotator, [mask]);
    if (hint === null) setLabel(annotator, [mask], labelId);
    else annotator.store.setState({ hint });
  }
  return (
    <LabelMenu labels={labels} onChoose={choose}>
      <Tooltip label={`Label of mask ${number}`} openDelay={350} withArrow>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          tabIndex={tabIndex}
          aria-label={`Label of mask ${number}`}
          onMouseDown={(event) => event.preventDefault()}
        >
          <IconTag size={16} stroke={1.8} />
        </ActionIcon>
      </Tooltip>
    </LabelMenu>
  );
}

interface LabelMenuProps {
  labels: readonly Label[];
  onChoose: (labelId: string | null) => void;
  children: ReactNode;
}

function LabelMenu({ labels, onChoose, children }: LabelMenuProps) {
  return (
    <Menu position="bottom-end" withinPortal shadow="md" returnFocus={false}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {labels.map((label, index) => (
          <Menu.Item
            key={label.id}
            leftSection={<LabelDot label={label} />}
            rightSection={index < KEYS && <Kbd size="xs">{keyText(`alt+${index + 1}`)}</Kbd>}
            onClick={() => onChoose(label.id)}
          >
            {label.name}
          </Menu.Item>
        ))}
        <Menu.Item rightSection={<Kbd size="xs">{keyText("alt+0")}</Kbd>} onClick={() => onChoose(null)}>
          No label
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
