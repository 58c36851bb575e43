import { ActionIcon, Button, ColorInput, Group, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconSearch, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { PALETTE } from "../../annotator/masks/palette";
import { uuidv7 } from "../../annotator/outbox/uuid";
import type { Label } from "../../api/types";
import { findLabels, SEARCH_FROM } from "../../ui/labelSearch";
import { newLabel } from "./settings";

interface Props {
  labels: Label[];
  onChange: (labels: Label[]) => void;
}

/** Name and colour of each label; of many labels, those that a search finds. */
export function LabelFields({ labels, onChange }: Props) {
  const [query, setQuery] = useState("");
  // Kept while a name is typed, which may not match the query any more.
  const [listed, setListed] = useState(() => idsOf(findLabels(labels, "").shown));
  const indexes = new Map(labels.map(({ id }, index) => [id, index]));
  const hidden = labels.length - listed.filter((id) => indexes.has(id)).length;
  const change = (id: string, part: Partial<Label>) =>
    onChange(labels.map((label) => (label.id === id ? { ...label, ...part } : label)));

  function search(text: string) {
    setQuery(text);
    setListed(idsOf(findLabels(labels, text).shown));
  }

  function add() {
    const label = newLabel(uuidv7(), labels);
    setListed([...listed, label.id]);
    onChange([...labels, label]);
  }

  return (
    <Stack gap={8}>
      <div>
        <Text size="sm" fw={500}>
          Labels
        </Text>
        <Text size="xs" c="dimmed">
          What masks can be. Alt and a number give one of the first nine. Without labels, every mask is an
          object.
        </Text>
      </div>
      {labels.length >= SEARCH_FROM && (
        <TextInput
          aria-label="Search labels"
          placeholder={`Search ${labels.length.toLocaleString()} labels`}
          leftSection={<IconSearch size={16} />}
          value={query}
          onChange={(event) => search(event.currentTarget.value)}
        />
      )}
      {listed.map((id) => {
        const index = indexes.get(id);
        const label = index === undefined ? undefined : labels[index];
        if (index === undefined || label === undefined) return null;
        return (
          <LabelRow
            key={id}
            label={label}
            number={index + 1}
            onChange={(part) => change(id, part)}
            onRemove={() => onChange(labels.filter((other) => other.id !== id))}
          />
        );
      })}
      {hidden > 0 && (
        <Text size="xs" c="dimmed">
          {hidden.toLocaleString()} more labels. Search to edit them.
        </Text>
      )}
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={16} />}
        w="fit-content"
        onClick={add}
      >
        Add a label
      </Button>
    </Stack>
  );
}

interface RowProps {
  label: Label;
  number: number;
  onChange: (part: Partial<Label>) => void;
  onRemove: () => void;
}

function LabelRow({ label, number, onChange, onRemove }: RowProps) {
  return (
    <Group gap={8} wrap="nowrap">
      <ColorInput
        aria-label={`Colour of label ${number}`}
        w={130}
        swatches={[...PALETTE]}
        swatchesPerRow={5}
        value={label.colour}
        onChange={(colour) => onChange({ colour: colour.toLowerCase() })}
      />
      <TextInput
        aria-label={`Name of label ${number}`}
        flex={1}
        maxLength={60}
        // A label that was just added is there to be named.
        autoFocus={label.name === ""}
        value={label.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Tooltip label="Remove" withArrow>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={`Remove label ${number}`}
          onClick={onRemove}
        >
          <IconTrash size={17} stroke={1.8} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

function idsOf(labels: readonly Label[]): string[] {
  return labels.map(({ id }) => id);
}
