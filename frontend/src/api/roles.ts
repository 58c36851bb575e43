import type { Role } from "./types";

export const ROLE_LABELS: Record<Role, string> = {
  annotator: "Annotator",
  manager: "Manager",
  admin: "Admin",
};

export const ROLE_HELP: Record<Role, string> = {
  annotator: "Annotators work on images.",
  manager: "Managers also import, export, and change the project's settings.",
  admin: "Admins also look after people, projects and models.",
};

/** Imports, exports, and the project's settings. */
export function mayManage(role: Role | null): boolean {
  return role === "manager" || role === "admin";
}

/** People, projects and models. */
export function mayAdminister(role: Role | null): boolean {
  return role === "admin";
}
