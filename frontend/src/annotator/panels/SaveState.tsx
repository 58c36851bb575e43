import { Button, Group, Popover, Select, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconCloudCheck, IconCloudUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useStore } from "zustand";
import { access } from "../../api/access";
import { projectQuery } from "../../api/queries";
import { MOST_SHOWN } from "../../ui/labelSearch";
import { type Change, type Decision, heldBack, saveText } from "../outbox/changes";
import type { Outbox } from "../outbox/outbox";
import classes from "./panels.module.css";

/** Whether the server has everything; what it refused, with the reason, can be dropped here. */
export function SaveState({ outbox }: { outbox: Outbox }) {
  const changes = useStore(outbox.changes);
  const rejected = changes.filter((change) => change.rejected !== null);
  const isSignedOut = useStore(access, ({ state }) => state === "out");
  const text = saveText(changes, isSignedOut);
  const state = rejected.length > 0 ? "refused" : changes.length > 0 ? "waiting" : "saved";
  return (
    <>
      <VisuallyHidden role="status">{text}</VisuallyHidden>
      <Popover width={340} position="bottom-end" shadow="md" withArrow disabled={state === "saved"}>
        <Popover.Target>
          <UnstyledButton className={classes.saveState} data-state={state} data-testid="save-state">
            <SaveIcon state={state} />
            {text}
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown>
          {rejected.length === 0 && (
            <Text size="sm">
              Your work is kept in this browser and is sent as soon as{" "}
              {isSignedOut ? "you have signed in again" : "the server answers"}. You can go on, and even close
              the page.
            </Text>
          )}
          {isSignedOut && (
            <Button size="compact-sm" mt="sm" onClick={() => access.setState({ asking: true })}>
              Sign in
            </Button>
          )}
          {rejected.map((change) => (
            <div key={change.seq} className={classes.refused}>
              {change.kind === "save" && change.rejectedCode === "label_not_found" ? (
                <LostLabel onSave={(labelId) => void outbox.relabel(change, labelId)} />
              ) : (
                <>
                  <Text size="sm">
                    {refusedText(change)} {change.rejected}
                    {isDoneAfter(change, changes) && " The image counts as done as soon as this is dropped."}
                  </Text>
                  <Button size="compact-sm" variant="default" onClick={() => void outbox.drop(change)}>
                    Drop it
                  </Button>
                </>
              )}
            </div>
          ))}
        </Popover.Dropdown>
      </Popover>
    </>
  );
}

/** Somebody deleted the label of a mask that was accepted meanwhile: the mask is kept, only its label is asked for. */
function LostLabel({ onSave }: { onSave: (labelId: string | null) => void }) {
  const { data: project } = useQuery(projectQuery);
  const [labelId, setLabelId] = useState<string | null>(null);
  const labels = project?.labels ?? [];
  return (
    <>
      <Text size="sm">
        The label of a mask was deleted meanwhile. The mask is kept: say what to save it as.
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Select
          aria-label="Label of the mask"
          size="xs"
          placeholder="No label"
          searchable
          clearable
          limit={MOST_SHOWN}
          comboboxProps={{ withinPortal: false }}
          data={labels.map(({ id, name }) => ({ value: id, label: name }))}
          value={labelId}
          onChange={setLabelId}
        />
        <Button size="compact-sm" onClick={() => onSave(labelId)}>
          Save
        </Button>
      </Group>
    </>
  );
}

const REFUSED_MASK = {
  save: "A mask was not saved:",
  delete: "A mask was not deleted:",
  restore: "A mask was not brought back:",
  accept: "A proposal was not accepted:",
  reject: "A proposal was not rejected:",
  propose: "A proposal was not brought back:",
} as const;

const REFUSED_DECISION: Record<Decision["to"], string> = {
  submitted: "An image was not submitted:",
  skipped: "An image was not skipped:",
  flagged: "A question was not asked:",
  later: "An image was not put off:",
  done: "A review was not taken:",
  open: "An image was not given back:",
};

function refusedText(change: Change): string {
  return change.kind === "decide" ? REFUSED_DECISION[change.to] : REFUSED_MASK[change.kind];
}

/** Whether a refused mask keeps its image from being submitted or skipped. */
function isDoneAfter({ kind, imageId }: Change, changes: readonly Change[]): boolean {
  if (kind === "decide") return false;
  return [...heldBack(changes)].some((held) => held.kind === "decide" && held.imageId === imageId);
}

function SaveIcon({ state }: { state: "refused" | "waiting" | "saved" }) {
  if (state === "refused") return <IconAlertTriangle size={17} aria-hidden />;
  return state === "waiting" ? (
    <IconCloudUp size={17} aria-hidden />
  ) : (
    <IconCloudCheck size={17} aria-hidden />
  );
}
