import { WORK_LABELS } from "../../annotator/flow/work";
import type { ExportFilters, ExportFormat, ExportPreview } from "../../api/types";
import { STAGE_LABELS } from "../../stages/labels";

/** `listsEmptyImages`: whether programs for it take a listed image without masks for one without objects. */
export const FORMATS: Record<ExportFormat, { label: string; help: string; listsEmptyImages: boolean }> = {
  coco: {
    label: "COCO, run lengths",
    help: "One JSON file that keeps every mask exactly, for pycocotools.",
    listsEmptyImages: true,
  },
  coco_polygons: {
    label: "COCO, polygons",
    help: "One JSON file. Polygons run along the edges of pixels, with their holes cut open.",
    listsEmptyImages: true,
  },
  sa1b: {
    label: "SA-1B",
    help: "A JSON file per image, as in the Segment Anything dataset.",
    listsEmptyImages: false,
  },
  png: {
    label: "PNG label maps",
    help: "A 16-bit PNG per image. Where masks overlap, the later one is on top.",
    listsEmptyImages: true,
  },
  yolo: {
    label: "YOLO segmentation",
    help: "A text file per image with one polygon per mask, and data.yaml.",
    listsEmptyImages: true,
  },
};

export type FilterName = keyof ExportFilters;

export const FILTERS: readonly { name: FilterName; title: string }[] = [
  { name: "batch_ids", title: "Batch" },
  { name: "stages", title: "Stage" },
  { name: "sources", title: "Made by" },
  { name: "review_states", title: "State of the image" },
  { name: "model_ids", title: "Model" },
];

const VALUES: Record<string, string> = {
  ...WORK_LABELS,
  ...STAGE_LABELS,
  clicked: "Clicks",
  painted: "Brush",
  clicked_painted: "Clicks and brush",
  edited: "Corrected",
  imported: "Imported",
  merged: "Merged",
  split: "Split",
  copied: "Copied",
  detected: "Detector",
  automatic: "Generator",
};

/** What a value to filter by is called. */
export function choiceText({ value, name }: { value: string; name: string | null }): string {
  return name ?? VALUES[value] ?? value;
}

/** `Semi-automatic · Done`: what an export was limited to, by the names that the server knows; "" for all masks. */
export function filtersText(filters: ExportFilters, choices: ExportPreview | undefined): string {
  const texts = FILTERS.flatMap(({ name }) =>
    filters[name].map((value) => {
      const known = choices?.[name].find((choice) => choice.value === value);
      return known ? choiceText(known) : (VALUES[value] ?? `a ${name === "model_ids" ? "model" : "batch"}`);
    }),
  );
  return texts.join(" · ");
}
