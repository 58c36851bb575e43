import { Button, NativeSelect, Popover, Stack } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { WORK_LABELS } from "../../annotator/flow/work";
import { projectQuery } from "../../api/queries";
import { type ImagesSearch, MADE_BY, WORK_STATES } from "./search";

interface Props {
  search: ImagesSearch;
  batches: { value: string; label: string }[];
  onChange: (part: Record<string, string>) => void;
}

/** What is looked at least often when images are filtered: their batch and work, and what masks they have. */
export function FilterMenu({ search, batches, onChange }: Props) {
  const { data: project } = useQuery(projectQuery);
  const labels = project?.labels.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  const fields = [
    { name: "batch", label: "Batch", all: "All batches", values: batches },
    { name: "work", label: "State of the work", all: "Any state", values: WORK },
    { name: "label", label: "Has a mask of the label", all: "Any label", values: labels },
    { name: "made", label: "Has a mask made by", all: "Anything", values: MADE },
  ] as const;
  const set = fields.filter(({ name }) => search[name] !== undefined);

  return (
    <Popover position="bottom-end" width={260} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant={set.length > 0 ? "light" : "default"}
          leftSection={<IconFilter size={16} />}
          aria-label={set.length > 0 ? `Filters: ${set.length} set` : "Filters"}
        >
          {set.length > 0 ? `Filters ${set.length}` : "Filters"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {fields.map(({ name, label, all, values }) => (
            <NativeSelect
              key={name}
              label={label}
              size="sm"
              data={[{ value: ALL, label: all }, ...values]}
              value={search[name] ?? ALL}
              onChange={(event) => onChange({ [name]: event.currentTarget.value })}
            />
          ))}
          {set.length > 0 && (
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => onChange(Object.fromEntries(fields.map(({ name }) => [name, ALL])))}
            >
              Clear these filters
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

const ALL = "all";
const WORK = WORK_STATES.map((state) => ({ value: state as string, label: WORK_LABELS[state] }));
const MADE = Object.entries(MADE_BY).map(([value, { label }]) => ({ value, label }));
