import { Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

interface Props {
  opened: boolean;
  title: string;
  /** Answers to choose from; with none, only the text counts. */
  choices: readonly string[];
  textLabel: string;
  actionLabel: string;
  onClose: () => void;
  onDone: (note: string) => void;
}

/** Asks for a sentence: chosen, written, or both. */
export function NoteDialog({ opened, title, onClose, ...form }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={440} centered>
      <NoteForm onClose={onClose} {...form} />
    </Modal>
  );
}

function NoteForm({ choices, textLabel, actionLabel, onClose, onDone }: Omit<Props, "opened" | "title">) {
  const [choice, setChoice] = useState("");
  const [text, setText] = useState("");
  const note = [choice, text.trim()].filter(Boolean).join(": ");

  function done(event: FormEvent) {
    event.preventDefault();
    if (note === "") return;
    onClose();
    onDone(note);
  }

  return (
    <form onSubmit={done}>
      <Stack gap="md">
        {choices.length > 0 && (
          <Radio.Group aria-label="Reason" value={choice} onChange={setChoice}>
            <Stack gap={10}>
              {choices.map((value, index) => (
                <Radio key={value} value={value} label={value} data-autofocus={index === 0 || undefined} />
              ))}
            </Stack>
          </Radio.Group>
        )}
        <TextInput
          label={textLabel}
          value={text}
          maxLength={400}
          data-autofocus={choices.length === 0 || undefined}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="subtle" color="gray" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={note === ""}>
            {actionLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
