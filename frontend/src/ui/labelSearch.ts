import type { Label } from "../api/types";

/** More rows than this are slow to draw, and nobody reads them. */
export const MOST_SHOWN = 50;
/** From here on a list of labels has a search field. */
export const SEARCH_FROM = 10;

export interface FoundLabels {
  shown: Label[];
  /** How many more match. */
  more: number;
}

/** The first labels whose name has every word of the query; those that begin with it come first. */
export function findLabels(labels: readonly Label[], query: string): FoundLabels {
  const text = query.trim().toLowerCase();
  const words = text.split(/\s+/);
  const matches = labels.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  const begins = ({ name }: Label) => name.toLowerCase().startsWith(text);
  const ordered = [...matches.filter(begins), ...matches.filter((label) => !begins(label))];
  return { shown: ordered.slice(0, MOST_SHOWN), more: Math.max(0, ordered.length - MOST_SHOWN) };
}
