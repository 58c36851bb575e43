import type { Stage } from "../../api/types";
import { STAGE_LABELS } from "../../stages/labels";
import { addDays, today } from "./days";

/** Ranges that go on with the time: the last so many days. */
export const PRESETS = [7, 30, 90] as const;

/** What the address bar says: `?days=30&batch=["..."]`; a range of its own is `?from=2026-03-01&to=2026-03-31`. */
export interface DashboardSearch {
  days?: (typeof PRESETS)[number];
  from?: string;
  to?: string;
  batch?: string[];
  stage?: Stage[];
  author?: string[];
  model?: string[];
}

const STAGES = Object.keys(STAGE_LABELS) as Stage[];

export function parseDashboardSearch(search: Record<string, unknown>): DashboardSearch {
  const days = PRESETS.find((known) => known === Number(search.days));
  const [from, to] = days ? [] : [day(search.from), day(search.to)];
  const batch = ids(search.batch);
  const stage = STAGES.filter((known) => list(search.stage).includes(known));
  const author = ids(search.author);
  const model = ids(search.model);
  return {
    ...(days ? { days } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(batch.length > 0 ? { batch } : {}),
    ...(stage.length > 0 ? { stage } : {}),
    ...(author.length > 0 ? { author } : {}),
    ...(model.length > 0 ? { model } : {}),
  };
}

export function isFiltering(search: DashboardSearch): boolean {
  return Object.values(search).some((value) => value !== undefined);
}

/** In the words of the server. */
export type Asked = Omit<DashboardSearch, "days">;

/** What the server is asked for; a preset begins so many days ago, today being one of them. */
export function filtersOf({ days, ...search }: DashboardSearch, now = today()): Asked {
  return days ? { ...search, from: addDays(now, 1 - days) } : search;
}

/** Of the file with what a chart shows, under the same filters. */
export function csvPath(chart: string, filters: Asked): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    for (const each of [value ?? []].flat()) query.append(name, each);
  return `/api/dashboard/${chart}.csv${query.size > 0 ? `?${query}` : ""}`;
}

function day(value: unknown): string | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return null;
  return Number.isNaN(Date.parse(value)) ? null : value;
}

/** One value alone may stand without the brackets of a list. */
function list(value: unknown): string[] {
  return [value].flat().filter((each): each is string => typeof each === "string" && each !== "");
}

function ids(value: unknown): string[] {
  return list(value).filter((each) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(each));
}
