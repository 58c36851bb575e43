import { Alert, Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { startTraining } from "../../api/calls";
import { errorText } from "../../api/errors";
import { putRun } from "../../api/events";
import { outlookQuery, trainingRulesQuery } from "../../api/queries";
import { mayAdminister } from "../../api/roles";
import { useSession } from "../../api/session";
import type { Outlook, RuleOut } from "../../api/types";
import { STAGE_LABELS } from "../../stages/labels";
import lists from "../../ui/list.module.css";
import classes from "./models.module.css";
import { RuleDialog } from "./RuleDialog";
import { Section } from "./Section";
import { runText, startText } from "./texts";

/** When each stage trains by itself, and what that would do now. */
export function Rules() {
  const { data: rules, error } = useQuery(trainingRulesQuery);
  const { data: outlooks } = useQuery(outlookQuery);
  const [changed, setChanged] = useState<RuleOut | null>(null);
  return (
    <Section title="When to train" error={rules ? null : error}>
      {rules && (
        <ul className={lists.list} aria-label="Rules of the stages">
          {rules.map((rule) => (
            <Rule
              key={rule.stage}
              rule={rule}
              outlook={outlooks?.find(({ stage }) => stage === rule.stage)}
              onChange={() => setChanged(rule)}
            />
          ))}
        </ul>
      )}
      <RuleDialog rule={changed} onClose={() => setChanged(null)} />
    </Section>
  );
}

interface RuleProps {
  rule: RuleOut;
  outlook: Outlook | undefined;
  onChange: () => void;
}

function Rule({ rule, outlook, onChange }: RuleProps) {
  const { role } = useSession();
  const cache = useQueryClient();
  const label = STAGE_LABELS[rule.stage];
  const starting = useMutation({
    mutationFn: () => startTraining(rule.stage),
    onSuccess: (run) => putRun(cache, run),
  });
  return (
    <li className={lists.row} aria-label={label}>
      <div className={classes.runText}>
        <Text size="sm" fw={600}>
          {label}
        </Text>
        <Text size="sm">{startText(rule)}.</Text>
        <Text size="sm" c="dimmed">
          {runText(rule)}.
        </Text>
        {outlook && (
          <Text size="sm" mt={4} c={outlook.would_start ? "var(--ok)" : undefined}>
            {outlook.sentence}
          </Text>
        )}
      </div>
      {mayAdminister(role) && (
        <Group gap={8} wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Change the rule: ${label}`}
            onClick={onChange}
          >
            Change
          </Button>
          <Button
            size="compact-sm"
            aria-label={`Train now: ${label}`}
            loading={starting.isPending}
            onClick={() => starting.mutate()}
          >
            Train now
          </Button>
        </Group>
      )}
      {starting.error && (
        <Alert className={classes.wide} color="red" title="Nothing was started" role="alert">
          {errorText(starting.error)}
        </Alert>
      )}
    </li>
  );
}
