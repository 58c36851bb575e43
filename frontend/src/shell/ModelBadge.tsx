import { Badge, HoverCard, Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { activeModelQuery } from "../api/queries";

/** Names the model that makes the masks; for the starter, with the sentence on what it is good for. */
export function ModelBadge() {
  const { data: model } = useQuery(activeModelQuery);
  if (!model) return null;
  const badge = (
    <Badge variant="default" tt="none" fw={500} radius="sm">
      {model.is_starter ? "starter model" : model.name}
    </Badge>
  );
  if (!model.notice) return badge;
  return (
    <HoverCard width={320} shadow="md" withArrow>
      <HoverCard.Target>
        <UnstyledButton display="flex" aria-label={`Model: ${model.name}. ${model.notice}`}>
          {badge}
        </UnstyledButton>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <Text size="sm">{model.notice}</Text>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}
