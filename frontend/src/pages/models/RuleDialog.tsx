import { Alert, Button, Checkbox, Group, NativeSelect, NumberInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { setTrainingRule } from "../../api/calls";
import { errorText } from "../../api/errors";
import { keys } from "../../api/queries";
import type { RuleOut } from "../../api/types";
import { STAGE_LABELS } from "../../stages/labels";
import { Dialog } from "../../ui/Dialog";
import { isComplete, type RuleForm, toForm, toRule } from "./rule";

const MOST_MINUTES = 7 * 24 * 60;

interface Props {
  /** null: the dialog is closed. */
  rule: RuleOut | null;
  onClose: () => void;
}

export function RuleDialog({ rule, onClose }: Props) {
  return (
    <Dialog
      opened={rule !== null}
      onClose={onClose}
      title={rule && `When to train: ${STAGE_LABELS[rule.stage].toLowerCase()}`}
      size={560}
    >
      {rule && <Form rule={rule} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ rule, onClose }: { rule: RuleOut; onClose: () => void }) {
  const cache = useQueryClient();
  const [form, setForm] = useState(() => toForm(rule));
  const change = (part: Partial<RuleForm>) => setForm((old) => ({ ...old, ...part }));
  const saving = useMutation({
    mutationFn: () => setTrainingRule(rule.stage, toRule(form)),
    onSuccess: async () => {
      await Promise.all([
        cache.invalidateQueries({ queryKey: keys.trainingRules }),
        cache.invalidateQueries({ queryKey: keys.outlook }),
      ]);
      onClose();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isComplete(form)) saving.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Checkbox
          label="After so many new masks"
          checked={form.byMasks}
          onChange={(event) => change({ byMasks: event.currentTarget.checked })}
          data-autofocus
        />
        {form.byMasks && (
          <NumberInput
            label="New masks"
            min={1}
            allowDecimal={false}
            value={form.masks}
            onChange={(masks) => change({ masks })}
          />
        )}
        <Checkbox
          label="After so many hours"
          checked={form.byHours}
          onChange={(event) => change({ byHours: event.currentTarget.checked })}
        />
        {form.byHours && (
          <Group grow align="flex-start">
            <NumberInput label="Hours" min={0.1} value={form.hours} onChange={(hours) => change({ hours })} />
            <NumberInput
              label="With at least so many new masks"
              min={1}
              allowDecimal={false}
              value={form.leastMasks}
              onChange={(leastMasks) => change({ leastMasks })}
            />
          </Group>
        )}
        <Checkbox
          label="When a batch enters the stage"
          checked={form.onEntering}
          onChange={(event) => change({ onEntering: event.currentTarget.checked })}
        />
        <Checkbox
          label="Not in quiet hours"
          checked={form.isQuiet}
          onChange={(event) => change({ isQuiet: event.currentTarget.checked })}
        />
        {form.isQuiet && (
          <Group grow>
            <TextInput
              type="time"
              label="From (UTC)"
              value={form.quietFrom}
              onChange={(event) => change({ quietFrom: event.currentTarget.value })}
            />
            <TextInput
              type="time"
              label="To (UTC)"
              value={form.quietTo}
              onChange={(event) => change({ quietTo: event.currentTarget.value })}
            />
          </Group>
        )}
        <Group grow align="flex-start">
          <NativeSelect
            label="Trains"
            description={
              form.trains === "decoder" ? "All embeddings stay good." : "All images are embedded anew."
            }
            data={[
              { value: "decoder", label: "The decoder" },
              { value: "full", label: "All of the model" },
            ]}
            value={form.trains}
            onChange={(event) => change({ trains: event.currentTarget.value as RuleForm["trains"] })}
          />
          <NumberInput
            label="Minutes"
            description="Of training, without the rest."
            min={0.01}
            max={MOST_MINUTES}
            value={form.minutes}
            onChange={(minutes) => change({ minutes })}
          />
        </Group>
        <Group grow align="flex-start">
          <NativeSelect
            label="Put to use"
            description="Judged on images that no run learns from."
            data={[
              { value: "gate", label: "If it is good enough" },
              { value: "never", label: "By an admin only" },
            ]}
            value={form.promote}
            onChange={(event) => change({ promote: event.currentTarget.value as RuleForm["promote"] })}
          />
          <NumberInput
            label="Margin"
            description="More mean IoU at one click; 0: not worse."
            min={0}
            max={1}
            step={0.005}
            disabled={form.promote === "never"}
            value={form.margin}
            onChange={(margin) => change({ margin })}
          />
        </Group>
        {saving.error && (
          <Alert color="red" title="The rule was not changed">
            {errorText(saving.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending} disabled={!isComplete(form)}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
