import { Kbd, Modal, Table, Text } from "@mantine/core";
import { actions } from "../actions";
import type { Action } from "../actions/action";
import { keyText } from "../actions/keys";
import classes from "./panels.module.css";

const GROUPS: Action["group"][] = ["Mask", "Saved masks", "Tools", "View", "Images"];

const MOUSE: [what: string, how: string][] = [
  ["Point on the object", "Left click"],
  ["Point on the background", "Right click, Alt click or Shift click"],
  ["Paint with the opposite tool", "Right button, Alt or Shift"],
  ["Select a saved mask", "Ctrl and click, or the select tool"],
  ["Select several", "Shift and click with the select tool or in the list"],
  ["Zoom at the pointer", "Wheel"],
  ["Move the picture", "Space and drag, or middle button"],
  ["Brush size", "Ctrl and wheel"],
];

export function HelpSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys and mouse" size={720} centered>
      <div className={classes.helpColumns}>
        {GROUPS.map((group) => (
          <section key={group}>
            <Heading text={group} />
            <Table verticalSpacing={5} withRowBorders={false}>
              <Table.Tbody>
                {actions
                  .filter((action) => action.group === group)
                  .map((action) => (
                    <Table.Tr key={action.id}>
                      <Table.Td>{action.label}</Table.Td>
                      <Table.Td className={classes.helpKeys}>
                        {action.keys.map((keys) => (
                          <Kbd key={keys} size="xs">
                            {keyText(keys)}
                          </Kbd>
                        ))}
                      </Table.Td>
                    </Table.Tr>
                  ))}
              </Table.Tbody>
            </Table>
          </section>
        ))}
        <section className={classes.helpMouse}>
          <Heading text="Mouse" />
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
