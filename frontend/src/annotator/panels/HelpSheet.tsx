import { Button, Modal, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { Annotator } from "../Annotator";
import { actions } from "../actions";
import type { Action } from "../actions/action";
import { DEFAULT_KEYMAP } from "../actions/keymap";
import { useAnnotatorState } from "../useAnnotatorState";
import { type Change, KeyRow } from "./KeyRow";
import classes from "./panels.module.css";

const GROUPS: Action["group"][] = ["Mask", "Proposals", "Saved masks", "Tools", "View", "Images"];

const MOUSE: [what: string, how: string][] = [
  ["Point on the object", "Left click"],
  ["Point on the background", "Right click, Alt click or Shift click"],
  ["Box around the object", "Drag"],
  ["Move a point", "Drag it"],
  ["Remove a point", "Right click it"],
  ["Erase with brush, polygon or lasso", "Right button, Alt or Shift"],
  ["Close a polygon", "Double click, or click its first corner"],
  ["Select a saved mask", "Ctrl and click, or the select tool"],
  ["Select several", "Shift and click with the select tool or in the list"],
  ["Zoom at the pointer", "Wheel, or pinch"],
  ["Move the picture", "Space and drag, middle button, or two fingers"],
  ["Brush size", "Ctrl and wheel"],
];

interface Props {
  annotator: Annotator;
  opened: boolean;
  onClose: () => void;
}

/** Every action with its keys, which can be changed here, and what the mouse does. */
export function HelpSheet({ annotator, opened, onClose }: Props) {
  const [change, setChange] = useState<Change | null>(null);
  const keymap = useAnnotatorState(annotator, (state) => state.keymap);

  function close() {
    setChange(null);
    onClose();
  }

  function showTour() {
    close();
    annotator.store.setState({ tourStep: 0 });
  }

  return (
    <Modal
      opened={opened}
      onClose={close}
      // Esc ends the change of a key first.
      closeOnEscape={change === null}
      title="Keys and mouse"
      size={760}
      centered
    >
      <div className={classes.helpColumns}>
        {GROUPS.map((group) => (
          <section key={group}>
            <Heading text={group} />
            <Table verticalSpacing={4} withRowBorders={false}>
              <Table.Tbody>
                {actions
                  .filter((action) => action.group === group)
                  .map((action) => (
                    <KeyRow
                      key={action.id}
                      annotator={annotator}
                      action={action}
                      change={change?.action === action ? change : null}
                      setChange={setChange}
                    />
                  ))}
              </Table.Tbody>
            </Table>
          </section>
        ))}
        <section className={classes.helpMouse}>
          <Heading text="Mouse and trackpad" />
          <Table verticalSpacing={5} withRowBorders={false}>
            <Table.Tbody>
              {MOUSE.map(([what, how]) => (
                <Table.Tr key={what}>
                  <Table.Td>{what}</Table.Td>
                  <Table.Td className={classes.helpKeys}>{how}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
        <div className={classes.helpEnd}>
          <Text size="sm" c="dimmed">
            Click a key to change it. Your keys are kept in this browser.
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            disabled={Object.keys(keymap).length === 0}
            onClick={() => {
              setChange(null);
              annotator.store.setState({ keymap: DEFAULT_KEYMAP });
            }}
          >
            Reset all keys
          </Button>
          <Button size="compact-sm" variant="default" onClick={showTour}>
            Show the tour
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function Heading({ text }: { text: string }) {
  return (
    <Text size="xs" fw={700} c="dimmed" tt="uppercase" component="h3" m={0}>
      {text}
    </Text>
  );
}
