import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { trainingRunsQuery } from "../../api/queries";
import lists from "../../ui/list.module.css";
import { PastRun } from "./PastRun";
import { PresentRun } from "./PresentRun";
import { Section } from "./Section";

/** The run that goes on, and those before it. */
export function Runs() {
  const { data: runs, error } = useQuery(trainingRunsQuery);
  const present = runs?.find(({ finished_at }) => finished_at === null);
  const past = runs?.filter(({ finished_at }) => finished_at !== null) ?? [];
  return (
    <Section title="Training runs" error={runs ? null : error}>
      {present && <PresentRun run={present} />}
      {runs?.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing has been trained yet. Once people have annotated some images, start a run beside a stage, or
          let its rule start them.
        </Text>
      )}
      {past.length > 0 && (
        <ul className={lists.list} aria-label="Past runs">
          {past.map((run) => (
            <PastRun key={run.id} run={run} />
          ))}
        </ul>
      )}
    </Section>
  );
}
