import { Button, Kbd, Table, UnstyledButton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { flushSync } from "react-dom";
import type { Annotator } from "../Annotator";
import { actions } from "../actions";
import type { Action } from "../actions/action";
import { type Keymap, keysOf, ownerOf, withKeys, withoutKeys } from "../actions/keymap";
import { keysFrom, keyText } from "../actions/keys";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./panels.module.css";

/** A change of keys under way: of one key of an action, or of none to add one. */
export interface Change {
  action: Action;
  replaced: string | null;
  /** `listening` takes the next press, `resting` leaves the keyboard to the buttons; else the keys that clash. */
  phase: "listening" | "resting" | { wanted: string };
}

interface Props {
  annotator: Annotator;
  action: Action;
  change: Change | null;
  setChange: (change: Change | null) => void;
}

/** An action of the help sheet. Its keys are buttons: click one, press another. */
export function KeyRow({ annotator, action, change, setChange }: Props) {
  const keymap = useAnnotatorState(annotator, (state) => state.keymap);
  const row = useRef<HTMLTableCellElement>(null);

  function take(keys: string) {
    if (!change) return;
    end(withKeys(keymap, actions, action, change.replaced, keys));
  }

  function end(changed: Keymap = keymap) {
    // Drawn at once: the focus goes to a key that is only there afterwards.
    flushSync(() => {
      annotator.store.setState({ keymap: changed });
      setChange(null);
    });
    row.current?.querySelector("button")?.focus();
  }

  const start = (replaced: string | null) => setChange({ action, replaced, phase: "listening" });
  return (
    <>
      <Table.Tr data-changing={change !== null}>
        <Table.Td>{action.label}</Table.Td>
        <Table.Td className={classes.helpKeys} ref={row}>
          {keysOf(action, keymap).map((keys) => (
            <UnstyledButton
              key={keys}
              className={classes.key}
              aria-label={`${keyText(keys)}: change this key of ${action.label}`}
              onClick={() => start(keys)}
            >
              <Kbd size="xs">{keyText(keys)}</Kbd>
            </UnstyledButton>
          ))}
          <UnstyledButton
            className={classes.addKey}
            aria-label={`Add a key for ${action.label}`}
            title="Add a key"
            onClick={() => start(null)}
          >
            <IconPlus size={12} />
          </UnstyledButton>
        </Table.Td>
      </Table.Tr>
      {change && (
        <Table.Tr>
          <Table.Td colSpan={2} p={0}>
            <ChangeStrip
              annotator={annotator}
              change={change}
              setChange={setChange}
              take={take}
              remove={(keys) => end(withoutKeys(keymap, action, keys))}
              end={() => end()}
            />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

interface StripProps {
  annotator: Annotator;
  change: Change;
  setChange: (change: Change) => void;
  take: (keys: string) => void;
  remove: (keys: string) => void;
  end: () => void;
}

function ChangeStrip({ annotator, change, setChange, take, remove, end }: StripProps) {
  const { action, replaced, phase } = change;
  const keymap = useAnnotatorState(annotator, (state) => state.keymap);
  const listens = phase === "listening";

  useEffect(() => {
    function press(event: KeyboardEvent) {
      const keys = keysFrom(event);
      if (keys === null || (!listens && keys !== "Escape")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!listens) end();
      else if (keys === "Escape") setChange({ ...change, phase: "resting" });
      else if (!keys.endsWith(" ")) choose(keys);
    }

    function choose(keys: string) {
      if (ownerOf(keys, action, actions, keymap)) setChange({ ...change, phase: { wanted: keys } });
      else take(keys);
    }

    // Before the dialog and everything else that listens.
    window.addEventListener("keydown", press, { capture: true });
    return () => window.removeEventListener("keydown", press, { capture: true });
  });

  const wanted = typeof phase === "object" ? phase.wanted : null;
  const owner = wanted === null ? undefined : ownerOf(wanted, action, actions, keymap);
  return (
    <div className={classes.changeStrip}>
      <span role="status">
        {listens && "Press the new key. Space moves the picture and cannot be taken."}
        {wanted !== null && owner && `${keyText(wanted)} is a key of “${owner.label}”.`}
      </span>
      {wanted !== null && owner && (
        <Button size="compact-xs" autoFocus onClick={() => take(wanted)}>
          Use it here instead
        </Button>
      )}
      {!listens && (
        <Button
          size="compact-xs"
          variant="default"
          autoFocus={wanted === null}
          onClick={() => setChange({ ...change, phase: "listening" })}
        >
          Press another key
        </Button>
      )}
      {replaced !== null && wanted === null && (
        <Button size="compact-xs" variant="default" onClick={() => remove(replaced)}>
          Remove {keyText(replaced)}
        </Button>
      )}
      <Button size="compact-xs" variant="default" onClick={end}>
        Cancel
      </Button>
    </div>
  );
}
