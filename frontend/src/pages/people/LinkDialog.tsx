import { Button, Group, Stack, Text } from "@mantine/core";
import { CopyField } from "../../ui/CopyField";
import { Dialog } from "../../ui/Dialog";
import { untilText } from "../../ui/when";

/** An address with a secret in it. The server keeps none of it, so it is shown once. */
export interface ShownLink {
  title: string;
  label: string;
  path: string;
  expiresAt: string;
}

export function LinkDialog({ link, onClose }: { link: ShownLink | null; onClose: () => void }) {
  return (
    <Dialog
      opened={link !== null}
      onClose={onClose}
      title={link?.title}
      size={560}
      closeOnClickOutside={false}
    >
      {link && (
        <Stack gap="md">
          <CopyField label={link.label} value={`${window.location.origin}${link.path}`} />
          <Text size="sm" c="dimmed">
            It works once, is good {untilText(link.expiresAt)}, and is not shown again.
          </Text>
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}
