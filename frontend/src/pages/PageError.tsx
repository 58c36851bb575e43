import { Button, Center, Code, Stack, Text, Title } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { errorText } from "../api/errors";

export function PageError({ error, reset }: ErrorComponentProps) {
  return (
    <Center h="100%" p="xl">
      <Stack align="center" gap="xs" maw={560}>
        <Title order={1} size="h3">
          This page stopped working
        </Title>
        <Text c="dimmed" ta="center">
          Masks that were not saved yet are kept in this browser and will be saved later.
        </Text>
        <Code block w="100%">
          {errorText(error)}
        </Code>
        <Button mt="sm" onClick={reset}>
          Try again
        </Button>
      </Stack>
    </Center>
  );
}
