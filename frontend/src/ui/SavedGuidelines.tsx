import { Stack, Text, Textarea } from "@mantine/core";

/** What somebody else has written meanwhile, to take over by hand; nothing where it is the same. */
export function SavedGuidelines({ saved, own }: { saved: string; own: string }) {
  if (saved === own) return null;
  return (
    <Stack gap={4} mt="xs">
      <Text size="sm">The guidelines that are saved now; yours would replace them:</Text>
      <Textarea aria-label="Saved guidelines" readOnly autosize maxRows={8} value={saved} />
    </Stack>
  );
}
