import { Button, Chip, Group, NativeSelect, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPackageExport } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { startExport } from "../../api/calls";
import { errorText } from "../../api/errors";
import { type Pages, withNewest } from "../../api/live";
import { exportPreviewQuery, keys } from "../../api/queries";
import type { ExportFormat, ExportPage, ExportPreview } from "../../api/types";
import { countText } from "./doneText";
import classes from "./exports.module.css";
import { isFiltered, NO_FILTERS, toggled } from "./filters";
import { choiceText, FILTERS, FORMATS } from "./labels";

const FORMAT_CHOICES = Object.entries(FORMATS).map(([value, { label }]) => ({ value, label }));

/** Chooses a layout and which masks, says how many those are, and starts the export. */
export function ExportForm() {
  const cache = useQueryClient();
  const [format, setFormat] = useState<ExportFormat>("coco");
  const [filters, setFilters] = useState(NO_FILTERS);
  const { data: preview, error } = useQuery({ ...exportPreviewQuery(filters), refetchOnMount: "always" });
  const starting = useMutation({
    mutationFn: () => startExport({ format, filters }),
    onSuccess: (started) =>
      cache.setQueryData<Pages<ExportPage>>(keys.exports, (data) => data && withNewest(data, started)),
    onError: (error) =>
      notifications.show({ color: "red", title: "Nothing is exported", message: errorText(error) }),
  });
  return (
    <section className={classes.card} aria-label="New export">
      <Group gap={12} align="flex-end">
        <NativeSelect
          label="Format"
          w={220}
          data={FORMAT_CHOICES}
          value={format}
          onChange={(event) => setFormat(event.currentTarget.value as ExportFormat)}
        />
        <Text size="sm" c="dimmed" flex={1} pb={8}>
          {FORMATS[format].help}
        </Text>
      </Group>
      {preview &&
        FILTERS.map(({ name, title }) => (
          <Chips
            key={name}
            title={title}
            choices={preview[name]}
            chosen={filters[name]}
            onToggle={(value) => setFilters(toggled(filters, name, value))}
          />
        ))}
      <Group gap={12}>
        <Button
          leftSection={<IconPackageExport size={17} />}
          loading={starting.isPending}
          disabled={preview?.mask_count === 0}
          onClick={() => starting.mutate()}
        >
          Start export
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {preview && contentsText(preview, isFiltered(filters))}
        </Text>
        {error && (
          <Text size="sm" c="var(--bad)" role="alert">
            {errorText(error)}
          </Text>
        )}
        {isFiltered(filters) && (
          <Button variant="subtle" size="compact-sm" onClick={() => setFilters(NO_FILTERS)}>
            Take all masks
          </Button>
        )}
      </Group>
    </section>
  );
}

interface ChipsProps {
  title: string;
  choices: ExportPreview["stages"];
  chosen: readonly string[];
  onToggle: (value: string) => void;
}

function Chips({ title, choices, chosen, onToggle }: ChipsProps) {
  const id = `filter-${title.toLowerCase().replaceAll(" ", "-")}`;
  if (choices.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand beside its chips
    <div className={classes.filter} role="group" aria-labelledby={id}>
      <Text id={id} size="sm" c="dimmed" className={classes.filterTitle}>
        {title}
      </Text>
      {choices.map((choice) => (
        <Chip
          key={choice.value}
          size="sm"
          classNames={{ label: classes.chip }}
          checked={chosen.includes(choice.value)}
          onChange={() => onToggle(choice.value)}
        >
          {choiceText(choice)} <span className={classes.chipCount}>{choice.masks.toLocaleString()}</span>
        </Chip>
      ))}
    </div>
  );
}

function contentsText({ mask_count, image_count }: ExportPreview, filtered: boolean): string {
  if (mask_count > 0) return `${countText(mask_count, "mask")} in ${countText(image_count, "image")}`;
  return filtered ? "No accepted mask passes these filters." : "No masks have been accepted yet.";
}
