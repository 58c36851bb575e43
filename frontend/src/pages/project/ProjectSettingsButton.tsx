import { ActionIcon, Modal, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconSettings } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { projectQuery } from "../../api/queries";
import { PageLoading } from "../../ui/PageLoading";
import { ProjectForm } from "./ProjectForm";

export function ProjectSettingsButton() {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Tooltip label="Project settings" withArrow>
        <ActionIcon size={36} variant="default" aria-label="Project settings" onClick={open}>
          <IconSettings size={18} stroke={1.8} />
        </ActionIcon>
      </Tooltip>
      <Modal opened={opened} onClose={close} title="Project settings" size={640} centered>
        <Settings onDone={close} />
      </Modal>
    </>
  );
}

function Settings({ onDone }: { onDone: () => void }) {
  // As it is now, not as it was when the page was opened: the form is filled in once.
  const { data, isFetchedAfterMount } = useQuery({ ...projectQuery, refetchOnMount: "always" });
  return data && isFetchedAfterMount ? <ProjectForm project={data} onDone={onDone} /> : <PageLoading />;
}
