import { Button, Stack, Text } from "@mantine/core";
import { errorText } from "../api/errors";

/** In place of what a page could not fetch. */
export function LoadFailed({ error, onRetry }: { error: unknown; onRetry: () => Promise<unknown> }) {
  return (
    <Stack align="flex-start" role="alert">
      <Text c="dimmed">{errorText(error)}</Text>
      <Button onClick={() => void onRetry()}>Try again</Button>
    </Stack>
  );
}
