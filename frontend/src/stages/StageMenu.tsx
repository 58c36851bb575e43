import { Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCheck, IconHandClick, IconSparkles, IconWand } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { enterStage } from "../api/calls";
import { errorText } from "../api/errors";
import { keys } from "../api/queries";
import type { BatchOut, Stage } from "../api/types";
import { STAGE_LABELS } from "./labels";

const STAGES = [
  { stage: "assisted_manual", icon: IconHandClick, about: "people click every object" },
  { stage: "semi_automatic", icon: IconWand, about: "the model proposes, people judge and add" },
  { stage: "fully_automatic", icon: IconSparkles, about: "the model alone, a share goes to review" },
] as const;

/** Entries of a menu with which a batch goes into another stage. */
export function StageItems({ batch }: { batch: BatchOut }) {
  const cache = useQueryClient();
  const enter = useMutation({
    mutationFn: (stage: Stage) => enterStage(batch.id, stage),
    onSuccess: (status) => {
      cache.setQueryData(keys.stage(batch.id), status);
      notifications.show({ message: `${batch.name} is ${STAGE_LABELS[status.stage].toLowerCase()} now.` });
      void cache.invalidateQueries({ queryKey: keys.batches });
      void cache.invalidateQueries({ queryKey: keys.images });
    },
    onError: (error) =>
      notifications.show({
        color: "red",
        title: `${batch.name} stays as it is`,
        message: errorText(error),
        autoClose: 12_000,
      }),
  });
  return (
    <>
      <Menu.Label>Stage</Menu.Label>
      {STAGES.map(({ stage, icon: Icon, about }) => (
        <Menu.Item
          key={stage}
          leftSection={<Icon size={16} />}
          rightSection={stage === batch.stage && <IconCheck size={16} aria-label="Its stage now" />}
          disabled={enter.isPending || stage === batch.stage}
          onClick={() => enter.mutate(stage)}
        >
          {STAGE_LABELS[stage]}: {about}
        </Menu.Item>
      ))}
    </>
  );
}
