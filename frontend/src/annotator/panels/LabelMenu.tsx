import { ActionIcon, Kbd, Menu, Tooltip, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconTag } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { Label } from "../../api/types";
import { findLabels, SEARCH_FROM } from "../../ui/labelSearch";
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

function LabelMenu({ children, ...items }: LabelMenuProps) {
  return (
    <Menu position="bottom-end" withinPortal shadow="md" returnFocus={false}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <LabelItems {...items} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** Rendered while the menu is open only: every mask of an image has such a menu. */
function LabelItems({ labels, onChoose }: Omit<LabelMenuProps, "children">) {
  const [query, setQuery] = useState("");
  const { shown, more } = findLabels(labels, query);
  return (
    <>
      {labels.length >= SEARCH_FROM && (
        <Menu.Search
          placeholder="Search labels"
          aria-label="Search labels"
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
      )}
      <div className={classes.labels}>
        {shown.map((label) => (
          <Menu.Item
            key={label.id}
            leftSection={<LabelDot label={label} />}
            rightSection={<LabelKey index={labels.indexOf(label)} />}
            onClick={() => onChoose(label.id)}
          >
            {label.name}
          </Menu.Item>
        ))}
        {more > 0 && <Menu.Label>{`${more.toLocaleString()} more: search for them`}</Menu.Label>}
      </div>
      <Menu.Item rightSection={<Kbd size="xs">{keyText("alt+0")}</Kbd>} onClick={() => onChoose(null)}>
        No label
      </Menu.Item>
    </>
  );
}

function LabelKey({ index }: { index: number }) {
  return index < KEYS && <Kbd size="xs">{keyText(`alt+${index + 1}`)}</Kbd>;
}
