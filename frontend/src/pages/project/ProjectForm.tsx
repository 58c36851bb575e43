import { Alert, Button, Group, NumberInput, Radio, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changeProject } from "../../api/calls";
import { errorText, isChangedMeanwhile } from "../../api/errors";
import { keys, projectQuery } from "../../api/queries";
import { checkSession } from "../../api/session";
import type { OverlapRule, ProjectOut } from "../../api/types";
import { SavedGuidelines } from "../../ui/SavedGuidelines";
import { LabelFields } from "./LabelFields";
import { changesOf, PROJECT_NAME_CHARACTERS, rebased, settingsProblem } from "./settings";

const RULES: [OverlapRule, label: string, description: string][] = [
  ["allow", "Masks may overlap", "Every mask stays as it was drawn."],
  [
    "newer_cuts_older",
    "A newer mask cuts older ones",
    "Shared pixels go to the newer mask. Locked masks keep theirs.",
  ],
  ["newer_is_cut", "A newer mask is cut", "Shared pixels stay with the older mask."],
];

/** Name, labels, rules and guidelines, as they are when the form opens; what others save meanwhile is taken up. */
export function ProjectForm({ project, onDone }: { project: ProjectOut; onDone: () => void }) {
  const { id: _, ...settings } = project;
  const [form, setForm] = useState(settings);
  const [opened, setOpened] = useState(project);
  const cache = useQueryClient();
  const save = useMutation({
    mutationFn: () => changeProject(changesOf(opened, form)),
    onSuccess: (saved) => {
      cache.setQueryData(keys.project, saved);
      if (saved.name !== project.name) void checkSession();
      onDone();
    },
    onError: async (error) => {
      if (!isChangedMeanwhile(error)) return;
      const now = await cache.fetchQuery({ ...projectQuery, staleTime: 0 });
      setForm(rebased(opened, now, form));
      setOpened(now);
    },
  });
  const problem = settingsProblem(form);
  const change = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));

  function submit(event: FormEvent) {
    event.preventDefault();
    if (problem === null) save.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <TextInput
          label="Name"
          maxLength={PROJECT_NAME_CHARACTERS}
          autoComplete="off"
          value={form.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <LabelFields labels={form.labels} onChange={(labels) => change({ labels })} />
        <Radio.Group
          label="Where masks meet"
          description="For masks that are saved from now on."
          value={form.overlap_rule}
          onChange={(rule) => change({ overlap_rule: rule as OverlapRule })}
        >
          <Stack gap={8} mt={8}>
            {RULES.map(([value, label, description]) => (
              <Radio key={value} value={value} label={label} description={description} />
            ))}
          </Stack>
        </Radio.Group>
        <NumberInput
          label="Offer to go on after"
          description="Seconds on one mask; 0 never offers it."
          suffix=" s"
          min={0}
          max={3600}
          allowDecimal={false}
          w={220}
          value={form.nudge_seconds}
          onChange={(seconds) => change({ nudge_seconds: Number(seconds) })}
        />
        <Textarea
          label="Guidelines"
          description="What annotators should know. Markdown."
          autosize
          minRows={4}
          maxRows={12}
          value={form.guidelines}
          onChange={(event) => change({ guidelines: event.currentTarget.value })}
        />
        {save.error && (
          <Alert color="red" title="The settings were not saved">
            {errorText(save.error)}
            {isChangedMeanwhile(save.error) && (
              <SavedGuidelines saved={opened.guidelines} own={form.guidelines} />
            )}
          </Alert>
        )}
        <Group justify="flex-end">
          {problem && (
            <Text size="sm" c="dimmed" role="status">
              {problem}
            </Text>
          )}
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={problem !== null}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
