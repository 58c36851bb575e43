import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

/** In place of a page that is for other roles; the sentence says what to do instead. */
export function NotForYou({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Center h="100%" p="xl">
      <Stack align="center" gap="xs">
        <Title order={1} size="h3">
          {title}
        </Title>
        <Text c="dimmed">{children}</Text>
        <Button mt="sm" renderRoot={(props) => <Link to="/images" {...props} />}>
          To the images
        </Button>
      </Stack>
    </Center>
  );
}
