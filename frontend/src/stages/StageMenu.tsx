import { Menu } from "@mantine/core";
import { IconCheck, IconHandClick, IconSparkles, IconWand } from "@tabler/icons-react";
import type { BatchOut, Stage } from "../api/types";
import { STAGE_LABELS } from "./labels";

const STAGES = [
  { stage: "assisted_manual", icon: IconHandClick, about: "people click every object" },
  { stage: "semi_automatic", icon: IconWand, about: "the model proposes, people judge and add" },
  { stage: "fully_automatic", icon: IconSparkles, about: "the model alone, a share goes to review" },
] as const;

/** Entries of a menu with the stages that a batch can go into. */
export function StageItems({ batch, onEnter }: { batch: BatchOut; onEnter: (stage: Stage) => void }) {
  return (
    <>
      <Menu.Label>Stage</Menu.Label>
      {STAGES.map(({ stage, icon: Icon, about }) => (
        <Menu.Item
          key={stage}
          leftSection={<Icon size={16} />}
          rightSection={stage === batch.stage && <IconCheck size={16} aria-label="Its stage now" />}
          disabled={stage === batch.stage}
          onClick={() => onEnter(stage)}
        >
          {STAGE_LABELS[stage]}: {about}
        </Menu.Item>
      ))}
    </>
  );
}
