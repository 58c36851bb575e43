import type { AnnotatorState } from "./store";

/** `selectedId` is the mask chosen last, `alsoSelected` are the ones before it. */
export type Selection = Pick<AnnotatorState, "selectedId" | "alsoSelected">;

export const NOTHING_SELECTED: Selection = { selectedId: null, alsoSelected: [] };

export function selectedIds({ selectedId, alsoSelected }: Selection): readonly string[] {
  return selectedId === null ? [] : [...alsoSelected, selectedId];
}

export function selectOnly(id: string): Selection {
  return { selectedId: id, alsoSelected: [] };
}

/** Adds a mask to the selection, or takes it out. */
export function toggleSelected(selection: Selection, id: string): Selection {
  const ids = selectedIds(selection);
  return fromIds(ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]);
}

/** All masks of the list from the one chosen last, which stays the one chosen last, to this one. */
export function selectUpTo(selection: Selection, id: string, listed: readonly string[]): Selection {
  const anchor = selection.selectedId;
  if (anchor === null || !listed.includes(anchor)) return selectOnly(id);
  const [from, to] = [listed.indexOf(anchor), listed.indexOf(id)].sort((a, b) => a - b) as [number, number];
  return { selectedId: anchor, alsoSelected: listed.slice(from, to + 1).filter((other) => other !== anchor) };
}

/** The mask that a click selects among those under the pointer; a further click at the same place takes the next. */
export function nextUnder(
  found: readonly string[],
  selectedId: string | null,
  isSamePlace: boolean,
): string | null {
  const before = isSamePlace && selectedId !== null ? found.indexOf(selectedId) : -1;
  return found[(before + 1) % found.length] ?? null;
}

/** The masks that the picture shows more strongly. */
export function highlighted(state: Selection & Pick<AnnotatorState, "hoveredId">): readonly string[] {
  return state.hoveredId === null ? selectedIds(state) : [...selectedIds(state), state.hoveredId];
}

function fromIds(ids: readonly string[]): Selection {
  return { selectedId: ids.at(-1) ?? null, alsoSelected: ids.slice(0, -1) };
}
