import { ROLE_LABELS } from "../../api/roles";
import type { Role, UserOut } from "../../api/types";

/** In a choice of roles: the person does not see the project. */
export const NOT_IN_IT = "none";

/** Roles to choose from. `canLeave`: also to be out of the project, where there are others or somebody is. */
export function roleChoices(hasOthers: boolean, canLeave: boolean): { value: string; label: string }[] {
  const choices = [
    { value: "annotator", label: ROLE_LABELS.annotator },
    { value: "manager", label: ROLE_LABELS.manager },
    { value: "admin", label: hasOthers ? "Admin of all projects" : ROLE_LABELS.admin },
  ];
  return canLeave ? [...choices, { value: NOT_IN_IT, label: "Not in this project" }] : choices;
}

export function chosenRole(value: string): Role | null {
  return value === NOT_IN_IT ? null : (value as Role);
}

/** What somebody is elsewhere: `manager in Cells`, `annotator in Roads`; admins `all of them`. */
export function elsewhere(
  { is_admin, projects }: Pick<UserOut, "is_admin" | "projects">,
  here: string | null,
): string[] {
  if (is_admin) return ["all of them"];
  const others = projects.filter(({ id }) => id !== here);
  return others.map(({ name, role }) => `${ROLE_LABELS[role].toLowerCase()} in ${name}`);
}

/** Those of this project first, otherwise as they came. */
export function membersFirst(users: readonly UserOut[]): UserOut[] {
  const isIn = ({ role }: UserOut) => role !== null;
  return [...users.filter(isIn), ...users.filter((user) => !isIn(user))];
}
