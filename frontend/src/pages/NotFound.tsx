import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";

export function NotFound() {
  return (
    <Center h="100%" p="xl">
      <Stack align="center" gap="xs">
        <Title order={1} size="h3">
          There is no such page
        </Title>
        <Text c="dimmed">The address may be mistyped, or what it showed is gone.</Text>
        <Button mt="sm" renderRoot={(props) => <Link to="/images" {...props} />}>
          To the images
        </Button>
      </Stack>
    </Center>
  );
}
