import { Button, Text } from "@mantine/core";
import { Card } from "./Card";

/** In place of the pages of a project that was deleted, or that is not the person's. */
export function ProjectGone() {
  return (
    <Card title="There is no such project">
      <Text size="sm">It was deleted, or you are not in it any more. An admin knows which.</Text>
      <Button component="a" href="/projects">
        To your projects
      </Button>
    </Card>
  );
}
