import type { ExportFilters } from "../../api/types";
import type { FilterName } from "./labels";

export const NO_FILTERS: ExportFilters = {
  batch_ids: [],
  stages: [],
  sources: [],
  review_states: [],
  model_ids: [],
};

/** The filters with a value in, or no longer in, one of them. */
export function toggled(filters: ExportFilters, name: FilterName, value: string): ExportFilters {
  const values: string[] = filters[name];
  const changed = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
  return { ...filters, [name]: changed };
}

export function isFiltered(filters: ExportFilters): boolean {
  return Object.values(filters).some((values) => values.length > 0);
}
