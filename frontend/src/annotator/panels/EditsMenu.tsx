import { ActionIcon, Kbd, Menu, Tooltip } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useState } from "react";
import type { Action, ActionContext } from "../actions/action";
import { editActions } from "../actions/edits";
import { keyText } from "../actions/keys";
import { run } from "../actions/useKeys";

/** What can be done to all of the mask in the making. */
export function EditsMenu({ context }: { context: ActionContext }) {
  const [opened, setOpened] = useState(false);
  return (
    <Menu position="top" withArrow opened={opened} onChange={setOpened} width={250}>
      <Menu.Target>
        <Tooltip label="Fill, clean, grow, shrink" disabled={opened} openDelay={350} withArrow>
          <ActionIcon
            size={36}
            variant="subtle"
            color="gray"
            aria-label="Edit mask"
            onMouseDown={(event) => event.preventDefault()}
          >
            <IconDots size={20} stroke={1.8} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {editActions.map((action) => (
          <EditItem key={action.id} action={action} context={context} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function EditItem({ action, context }: { action: Action; context: ActionContext }) {
  const Icon = action.icon;
  return (
    <Menu.Item
      leftSection={Icon && <Icon size={18} stroke={1.8} />}
      rightSection={<Kbd size="xs">{keyText(action.keys[0] as string)}</Kbd>}
      onClick={() => run(action, context)}
    >
      {action.label}
    </Menu.Item>
  );
}
