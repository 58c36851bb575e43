import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import type { Choice, DashboardOut, Stage } from "../../api/types";
import { STAGE_LABELS } from "../../stages/labels";
import { ChoiceFilter } from "./ChoiceFilter";
import classes from "./dashboard.module.css";
import { type DashboardSearch, filtersOf, isFiltering, PRESETS, parseDashboardSearch } from "./search";

const route = getRouteApi("/dashboard");
const ALL = "all";
const OWN = "own";
const STAGES: Choice[] = Object.entries(STAGE_LABELS).map(([id, name]) => ({ id, name }));

/** What the figures are about; it stands in the address. */
export function Filters({ choices }: { choices: DashboardOut["choices"] }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (part: Partial<DashboardSearch>) =>
    void navigate({ search: parseDashboardSearch({ ...search, ...part }), replace: true });
  const { from, to } = filtersOf(search);
  const range = search.days ? String(search.days) : from || to ? OWN : ALL;
  const choose = (chosen: string) => {
    if (chosen !== OWN) change({ days: PRESETS.find((days) => String(days) === chosen), from: "", to: "" });
  };
  return (
    <search className={classes.filters} aria-label="Filters">
      <SegmentedControl
        size="xs"
        aria-label="Time"
        data={[
          ...PRESETS.map((days) => ({ value: String(days), label: `${days} days` })),
          { value: ALL, label: "All" },
          ...(range === OWN ? [{ value: OWN, label: "Dates" }] : []),
        ]}
        value={range}
        onChange={choose}
      />
      <span className={classes.dates}>
        <TextInput
          type="date"
          size="xs"
          aria-label="From"
          value={from ?? ""}
          max={to}
          onChange={(event) =>
            change({ days: undefined, from: event.currentTarget.value, to: search.to ?? "" })
          }
        />
        –
        <TextInput
          type="date"
          size="xs"
          aria-label="To"
          value={to ?? ""}
          min={from}
          onChange={(event) => change({ days: undefined, from: from ?? "", to: event.currentTarget.value })}
        />
      </span>
      <ChoiceFilter
        label="Batch"
        choices={choices.batches}
        chosen={search.batch}
        onChange={(batch) => change({ batch })}
      />
      <ChoiceFilter
        label="Stage"
        choices={STAGES}
        chosen={search.stage}
        onChange={(stage) => change({ stage: stage as Stage[] })}
      />
      <ChoiceFilter
        label="Author"
        choices={choices.authors}
        chosen={search.author}
        onChange={(author) => change({ author })}
      />
      <ChoiceFilter
        label="Model"
        choices={choices.models}
        chosen={search.model}
        onChange={(model) => change({ model })}
      />
      {isFiltering(search) && (
        <Button
          size="xs"
          variant="subtle"
          leftSection={<IconX size={14} />}
          onClick={() => void navigate({ search: {}, replace: true })}
        >
          Reset
        </Button>
      )}
    </search>
  );
}
