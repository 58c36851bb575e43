import { Button, CloseButton, Group, Menu, NumberInput, Paper, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  IconArrowsSort,
  IconChecks,
  IconEyeCheck,
  IconFolderSymlink,
  IconLockOpen,
  IconPlayerSkipForward,
  IconTrash,
  IconUser,
} from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { NoteDialog } from "../../annotator/panels/NoteDialog";
import { changeImages, decideOnImages, deleteImages } from "../../api/calls";
import { errorText } from "../../api/errors";
import { batchesQuery, keys, membersQuery } from "../../api/queries";
import type { ImagesChange, ImagesDecision, ImagesResult } from "../../api/types";
import { Dialog } from "../../ui/Dialog";
import classes from "./SelectionBar.module.css";
import type { Selection } from "./useSelection";

/** What a manager does to the chosen images, at the window's lower edge. */
export function SelectionBar({ selection }: { selection: Selection }) {
  const [asking, setAsking] = useState<"skip" | "delete" | "priority" | null>(null);
  const ids = [...selection.ids];
  const act = useAct(selection);
  const change = (part: Omit<ImagesChange, "image_ids">) =>
    act.mutate(() => changeImages({ image_ids: ids, ...part }));
  const decide = (to: ImagesDecision["to"], note: string | null = null) =>
    act.mutate(() => decideOnImages({ image_ids: ids, to, note }));
  const count = ids.length === 1 ? "1 image" : `${ids.length} images`;
  return (
    <Paper className={classes.bar} shadow="xl" withBorder role="toolbar" aria-label="Chosen images">
      <Text fw={600} size="sm" className={classes.count}>
        {count} chosen
      </Text>
      <Group gap={6}>
        <AssignMenu onChoose={(userId) => change({ assigned_to: userId })} />
        <MoveMenu onChoose={(batchId) => change({ batch_id: batchId })} />
        <Act icon={<IconArrowsSort size={16} />} onClick={() => setAsking("priority")}>
          Priority
        </Act>
        <Act icon={<IconEyeCheck size={16} />} onClick={() => decide("review")}>
          Review
        </Act>
        <Act icon={<IconChecks size={16} />} onClick={() => decide("accept")}>
          Accept
        </Act>
        <Act icon={<IconLockOpen size={16} />} onClick={() => decide("reopen")}>
          Reopen
        </Act>
        <Act icon={<IconPlayerSkipForward size={16} />} onClick={() => setAsking("skip")}>
          Skip
        </Act>
        <Act icon={<IconTrash size={16} />} color="red" onClick={() => setAsking("delete")}>
          Delete
        </Act>
      </Group>
      <CloseButton aria-label="Choose none" title="Choose none (Esc)" onClick={selection.clear} />
      <NoteDialog
        opened={asking === "skip"}
        title={`Skip ${count}`}
        choices={[]}
        textLabel="Why they are skipped"
        actionLabel="Skip"
        onClose={() => setAsking(null)}
        onDone={(note) => decide("skip", note)}
      />
      <Dialog opened={asking === "delete"} onClose={() => setAsking(null)} title={`Delete ${count}?`}>
        <Text size="sm">Their masks go with them, and nothing brings them back.</Text>
        <Group justify="flex-end" mt="lg" gap="sm">
          <Button variant="subtle" color="gray" onClick={() => setAsking(null)} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            onClick={() => {
              setAsking(null);
              act.mutate(() => deleteImages(ids));
            }}
          >
            Delete {count}
          </Button>
        </Group>
      </Dialog>
      <PriorityDialog
        opened={asking === "priority"}
        title={`Priority of ${count}`}
        onClose={() => setAsking(null)}
        onDone={(priority) => change({ priority })}
      />
    </Paper>
  );
}

function Act({
  icon,
  color = "gray",
  onClick,
  children,
}: {
  icon: ReactNode;
  color?: string;
  onClick: () => void;
  children: string;
}) {
  return (
    <Button
      size="compact-sm"
      variant={color === "red" ? "light" : "default"}
      color={color}
      leftSection={icon}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}

function AssignMenu({ onChoose }: { onChoose: (userId: string | null) => void }) {
  const { data: members } = useQuery(membersQuery);
  return (
    <Menu position="top-start">
      <Menu.Target>
        <Button size="compact-sm" variant="default" leftSection={<IconUser size={16} />}>
          Assign
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} className={classes.scrolls}>
        <Menu.Item onClick={() => onChoose(null)}>To everybody</Menu.Item>
        <Menu.Divider />
        {members?.map((member) => (
          <Menu.Item key={member.id} onClick={() => onChoose(member.id)}>
            {member.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function MoveMenu({ onChoose }: { onChoose: (batchId: string) => void }) {
  const { data: batches } = useQuery(batchesQuery);
  return (
    <Menu position="top-start">
      <Menu.Target>
        <Button size="compact-sm" variant="default" leftSection={<IconFolderSymlink size={16} />}>
          Move
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} className={classes.scrolls}>
        {batches
          ?.filter((batch) => batch.kind === "work")
          .map((batch) => (
            <Menu.Item key={batch.id} onClick={() => onChoose(batch.id)}>
              {batch.name}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function PriorityDialog({
  opened,
  title,
  onClose,
  onDone,
}: {
  opened: boolean;
  title: string;
  onClose: () => void;
  onDone: (priority: number) => void;
}) {
  const [priority, setPriority] = useState<number | string>(10);
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onClose();
          onDone(Number(priority));
        }}
      >
        <NumberInput
          label="The queue hands out higher ones first; 0 is as usual"
          min={-1000}
          max={1000}
          value={priority}
          onChange={setPriority}
          data-autofocus
        />
        <Group justify="flex-end" mt="lg" gap="sm">
          <Button variant="subtle" color="gray" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={priority === ""}>
            Set
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

/** Does it, says what came of it, and lets those go that it was done to. */
function useAct(selection: Selection) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (act: () => Promise<ImagesResult>) => act(),
    onSuccess: ({ changed, refused }) => {
      const [first] = refused;
      notifications.show({
        message: first ? `${changed} changed, ${refused.length} not: ${first.reason}` : `${changed} changed.`,
        color: first ? "orange" : "teal",
      });
      if (!first) selection.clear();
      void cache.invalidateQueries({ queryKey: keys.images });
      void cache.invalidateQueries({ queryKey: keys.review });
    },
    onError: (error) => notifications.show({ message: errorText(error), color: "red" }),
  });
}
