import { PALETTE } from "../../annotator/masks/palette";
import type { Label, ProjectChange, ProjectOut } from "../../api/types";

export const PROJECT_NAME_CHARACTERS = 80;

/** What the form differs in from the project, so that nothing else is overwritten. */
export function changesOf(project: ProjectOut, form: Required<ProjectChange>): ProjectChange {
  const fields = Object.entries(form).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(project[field as keyof ProjectOut]),
  );
  return Object.fromEntries(fields);
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
