import { ActionIcon, Menu } from "@mantine/core";
import { useFileDialog } from "@mantine/hooks";
import { IconDots, IconPencil, IconPhotoPlus, IconScale, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { BatchOut, Stage } from "../../api/types";
import { StageDialog } from "../../stages/StageDialog";
import { StageItems } from "../../stages/StageMenu";
import { startImport } from "../images/import/importStore";

interface Props {
  batch: BatchOut;
  onEdit: () => void;
  onAudit: () => void;
  onDelete: () => void;
}

export function BatchMenu({ batch, onEdit, onAudit, onDelete }: Props) {
  const files = useFileDialog({
    multiple: true,
    resetOnOpen: true,
    onChange: (chosen) => startImport([...(chosen ?? [])], batch.id),
  });
  const [entering, setEntering] = useState<Stage | null>(null);
  return (
    <>
      <StageDialog batch={batch} stage={entering} onClose={() => setEntering(null)} />
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={`What to do with ${batch.name}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
            Edit
          </Menu.Item>
          {batch.kind === "work" && (
            <>
              <Menu.Item leftSection={<IconPhotoPlus size={16} />} onClick={files.open}>
                Import into it
              </Menu.Item>
              <Menu.Item leftSection={<IconScale size={16} />} onClick={onAudit}>
                Audit its automatic masks
              </Menu.Item>
            </>
          )}
          {batch.kind === "work" && (
            <>
              <Menu.Divider />
              <StageItems batch={batch} onEnter={setEntering} />
            </>
          )}
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onDelete}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
