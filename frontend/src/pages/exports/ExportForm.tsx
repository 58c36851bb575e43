import { Button, Checkbox, Chip, Group, NativeSelect, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPackageExport } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { startExport } from "../../api/calls";
import { errorText } from "../../api/errors";
import { type Pages, withNewest } from "../../api/live";
import { exportPreviewQuery, keys } from "../../api/queries";
import type { ExportFormat, ExportPage, ExportPreview } from "../../api/types";
import { amountText } from "./doneText";
import classes from "./exports.module.css";
import { isFiltered, NO_FILTERS, toggled } from "./filters";
import { choiceText, FILTERS, FORMATS } from "./labels";
import { SplitFields } from "./SplitFields";
import { parseSplit, type SplitChoice, splitOf, splitProblem } from "./split";

const SPLIT = "maskloop.export.split";
const FORMAT_CHOICES = Object.entries(FORMATS).map(([value, { label }]) => ({ value, label }));

/** Chooses a layout and which masks, says how many those are, and starts the export. */
export function ExportForm() {
  const cache = useQueryClient();
  const [format, setFormat] = useState<ExportFormat>("coco");
  const [filters, setFilters] = useState(NO_FILTERS);
  const { data: preview, error } = useQuery({ ...exportPreviewQuery(filters), refetchOnMount: "always" });
  const [withPhotos, setWithPhotos] = useState(false);
  const [chosenEmpty, setChosenEmpty] = useState<boolean | null>(null); // null: as is usual in the format
  const withEmpty = chosenEmpty ?? FORMATS[format].listsEmptyImages;
  const [split, setSplit] = useState(() => parseSplit(localStorage.getItem(SPLIT)));
  const problem = split.isOn ? splitProblem(split, format) : null;
  function changeSplit(choice: SplitChoice) {
    setSplit(choice);
    localStorage.setItem(SPLIT, JSON.stringify(choice));
  }
  const starting = useMutation({
    mutationFn: () =>
      startExport({
        format,
        filters,
        with_photos: withPhotos,
        with_empty_images: withEmpty,
        split: splitOf(split),
      }),
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
      <Group gap={24}>
        <Checkbox
          label="With photos"
          description="The pictures that masks refer to, in a zip archive"
          checked={withPhotos}
          onChange={(event) => setWithPhotos(event.currentTarget.checked)}
        />
        <Checkbox
          label={`With images that have no masks (${preview?.empty_image_count.toLocaleString() ?? 0})`}
          description="Submitted, in review or done, or in the states chosen above"
          checked={withEmpty}
          onChange={(event) => setChosenEmpty(event.currentTarget.checked)}
        />
      </Group>
      <SplitFields choice={split} problem={problem} onChange={changeSplit} />
      <Group gap={12}>
        <Button
          leftSection={<IconPackageExport size={17} />}
          loading={starting.isPending}
          disabled={problem !== null || (preview && imagesIn(preview, withEmpty) === 0)}
          onClick={() => starting.mutate()}
        >
          Start export
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {preview && contentsText(preview, withEmpty, isFiltered(filters))}
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

function imagesIn({ image_count, empty_image_count }: ExportPreview, withEmpty: boolean): number {
  return image_count + (withEmpty ? empty_image_count : 0);
}

function contentsText(preview: ExportPreview, withEmpty: boolean, filtered: boolean): string {
  const { mask_count, empty_image_count } = preview;
  if (imagesIn(preview, withEmpty) > 0)
    return amountText(mask_count, imagesIn(preview, withEmpty), withEmpty ? empty_image_count : 0);
  return filtered ? "No accepted mask passes these filters." : "No masks have been accepted yet.";
}
