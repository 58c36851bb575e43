import { Button, Popover, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconCloudCheck, IconCloudUp } from "@tabler/icons-react";
import { useStore } from "zustand";
import { access } from "../../api/access";
import { type Change, saveText } from "../outbox/changes";
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
              <Text size="sm">
                {REFUSED[change.kind]} {change.rejected}
              </Text>
              <Button size="compact-sm" variant="default" onClick={() => void outbox.drop(change)}>
                Drop it
              </Button>
            </div>
          ))}
        </Popover.Dropdown>
      </Popover>
    </>
  );
}

const REFUSED: Record<Change["kind"], string> = {
  save: "A mask was not saved:",
  delete: "A mask was not deleted:",
  restore: "A mask was not brought back:",
};

function SaveIcon({ state }: { state: "refused" | "waiting" | "saved" }) {
  if (state === "refused") return <IconAlertTriangle size={17} aria-hidden />;
  return state === "waiting" ? (
    <IconCloudUp size={17} aria-hidden />
  ) : (
    <IconCloudCheck size={17} aria-hidden />
  );
}
