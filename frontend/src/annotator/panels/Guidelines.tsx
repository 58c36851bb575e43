import { Button, Drawer, Group, NumberInput, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changeProject } from "../../api/calls";
import { errorText, isChangedMeanwhile } from "../../api/errors";
import { projectQuery } from "../../api/queries";
import { mayManage } from "../../api/roles";
import { useSession } from "../../api/session";
import type { ProjectOut } from "../../api/types";
import { Markdown } from "../../ui/Markdown";
import { SavedGuidelines } from "../../ui/SavedGuidelines";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** What the project asks of its annotators, beside the picture. */
export function Guidelines({ opened, onClose }: Props) {
  const { data: project, error } = useQuery(projectQuery);
  const { role } = useSession();
  const [isEditing, setIsEditing] = useState(false);
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title="Guidelines"
      position="right"
      size={400}
      // The picture beside it stays in use.
      withOverlay={false}
      lockScroll={false}
      trapFocus={false}
      closeOnClickOutside={false}
      closeOnEscape={false} // Esc belongs to the mask in the making
      shadow="lg"
    >
      {error && <Text size="sm">{errorText(error)}</Text>}
      {project && isEditing && <Editor project={project} onDone={() => setIsEditing(false)} />}
      {project && !isEditing && (
        <Stack gap="md">
          {project.guidelines ? (
            <Markdown text={project.guidelines} />
          ) : (
            <Text size="sm" c="dimmed">
              {mayManage(role)
                ? "Nothing is written yet. Say here which objects get a mask, and where one object ends."
                : "Nothing is written yet."}
            </Text>
          )}
          {mayManage(role) && (
            <Button variant="default" size="compact-sm" w="fit-content" onClick={() => setIsEditing(true)}>
              Edit
            </Button>
          )}
        </Stack>
      )}
    </Drawer>
  );
}

function Editor({ project, onDone }: { project: ProjectOut; onDone: () => void }) {
  const cache = useQueryClient();
  const [opened, setOpened] = useState(project);
  const [guidelines, setGuidelines] = useState(project.guidelines);
  const [nudgeSeconds, setNudgeSeconds] = useState<number | string>(project.nudge_seconds);
  const save = useMutation({
    mutationFn: () =>
      changeProject({
        guidelines,
        nudge_seconds: Number(nudgeSeconds),
        before: { guidelines: opened.guidelines, nudge_seconds: opened.nudge_seconds },
      }),
    onSuccess: (changed) => {
      cache.setQueryData(projectQuery.queryKey, changed);
      onDone();
    },
    onError: async (error) => {
      if (isChangedMeanwhile(error)) setOpened(await cache.fetchQuery({ ...projectQuery, staleTime: 0 }));
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Textarea
          label="Guidelines"
          description="# makes a heading, - a list, **bold** stands out."
          autosize
          minRows={10}
          maxRows={24}
          data-autofocus
          value={guidelines}
          onChange={(event) => setGuidelines(event.currentTarget.value)}
        />
        <NumberInput
          label="Seconds on one mask before the page offers to go on"
          description="0: never"
          min={0}
          max={3600}
          allowDecimal={false}
          value={nudgeSeconds}
          onChange={setNudgeSeconds}
        />
        {save.error && (
          <Text size="sm" c="var(--bad)" role="alert">
            Not saved: {errorText(save.error)}
          </Text>
        )}
        {isChangedMeanwhile(save.error) && <SavedGuidelines saved={opened.guidelines} own={guidelines} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="subtle" color="gray" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
