import { Button, Checkbox, Popover, Text } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import type { Choice } from "../../api/types";
import classes from "./dashboard.module.css";

interface Props {
  label: string;
  choices: readonly Choice[];
  /** Nothing chosen: all of them. */
  chosen: readonly string[] | undefined;
  onChange: (chosen: string[]) => void;
}

/** One or several of a few things to limit the figures to. */
export function ChoiceFilter({ label, choices, chosen = [], onChange }: Props) {
  const first = choices.find(({ id }) => id === chosen[0])?.name ?? "unknown";
  const more = chosen.length > 1 ? ` +${chosen.length - 1}` : "";
  const toggle = (id: string) =>
    onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant={chosen.length > 0 ? "light" : "default"}
          rightSection={<IconChevronDown size={14} />}
          classNames={{ label: classes.choice ?? "" }}
          aria-label={chosen.length > 0 ? `${label}: ${first}${more}` : label}
        >
          {chosen.length > 0 ? `${first}${more}` : label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.choices} role="group" aria-label={`${label} to show`}>
        {choices.length === 0 && (
          <Text size="sm" c="dimmed">
            There is none yet.
          </Text>
        )}
        {choices.map(({ id, name }) => (
          <Checkbox
            key={id}
            size="sm"
            label={name}
            checked={chosen.includes(id)}
            onChange={() => toggle(id)}
          />
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
