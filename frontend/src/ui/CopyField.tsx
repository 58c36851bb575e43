import { Button, CopyButton, Group, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

/** Something to be taken elsewhere. Selected on focus as well, for browsers that let no page write to the clipboard. */
export function CopyField({ label, value }: { label: string; value: string }) {
  return (
    <Group gap={8} align="flex-end" wrap="nowrap">
      <TextInput
        label={label}
        flex={1}
        readOnly
        value={value}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            onClick={copy}
          >
            {copied ? "Copied" : "Copy"}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
