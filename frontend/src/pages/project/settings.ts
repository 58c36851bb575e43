import { PALETTE } from "../../annotator/masks/palette";
import type { Label, ProjectChange, ProjectOut } from "../../api/types";

export const PROJECT_NAME_CHARACTERS = 80;

type Settings = Omit<ProjectOut, "id">;

/** What the form differs in from the project, so that nothing else is overwritten, and what that replaces. */
export function changesOf(project: ProjectOut, form: Settings): ProjectChange {
  const fields = (Object.keys(form) as (keyof Settings)[]).filter(
    (field) => !isSame(form[field], project[field]),
  );
  const { name: _, ...before } = picked(project, fields);
  return { ...picked(form, fields), before };
}

/** The form on top of what somebody else saved since it was opened: their changes, and one's own. */
export function rebased(opened: ProjectOut, now: ProjectOut, form: Settings): Settings {
  const { id: _, ...theirs } = now;
  const own = (Object.keys(theirs) as (keyof Settings)[]).filter(
    (field) => !isSame(form[field], opened[field]),
  );
  return {
    ...theirs,
    ...picked(form, own),
    labels: rebasedLabels(opened.labels, now.labels, form.labels),
  };
}

function rebasedLabels(opened: readonly Label[], now: readonly Label[], own: readonly Label[]): Label[] {
  const before = new Map(opened.map((label) => [label.id, label]));
  const mine = new Map(own.map((label) => [label.id, label]));
  const kept = now.flatMap((theirs) => {
    const label = mine.get(theirs.id);
    if (!label) return before.has(theirs.id) ? [] : [theirs]; // deleted here, or new there
    return [isSame(label, before.get(label.id)) ? theirs : label];
  });
  return [...kept, ...own.filter(({ id }) => !before.has(id))];
}

function picked<T extends object, K extends keyof T>(from: T, fields: readonly K[]): Pick<T, K> {
  return Object.fromEntries(fields.map((field) => [field, from[field]])) as Pick<T, K>;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A label to fill in, in a colour of the palette that the fewest labels have. */
export function newLabel(id: string, labels: readonly Label[]): Label {
  const uses = (colour: string) => labels.filter((label) => label.colour === colour).length;
  const fewest = Math.min(...PALETTE.map(uses));
  return { id, name: "", colour: PALETTE.find((colour) => uses(colour) === fewest) as string };
}

/** One sentence on what keeps the settings from being saved; null when nothing does. */
export function settingsProblem({ name, labels }: Pick<ProjectOut, "name" | "labels">): string | null {
  return name.trim() === "" ? "The project needs a name." : labelsProblem(labels);
}

/** One sentence on what keeps the labels from being saved; null when nothing does. */
export function labelsProblem(labels: readonly Label[]): string | null {
  const names = labels.map(({ name }) => name.trim().toLowerCase());
  if (names.includes("")) return "Every label needs a name.";
  const firsts = new Map([...names.entries()].reverse().map(([index, name]) => [name, index]));
  const twice = labels.find((_, index) => firsts.get(names[index] as string) !== index);
  return twice ? `Two labels are called ${twice.name.trim()}.` : null;
}
