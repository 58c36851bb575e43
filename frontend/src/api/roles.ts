import type { Role } from "./types";

export const ROLES: readonly Role[] = ["annotator", "manager", "admin"];

export const ROLE_LABELS: Record<Role, string> = {
  annotator: "Annotator",
  manager: "Manager",
  admin: "Admin",
};

export const ROLE_HELP: Record<Role, string> = {
  annotator: "Works on images.",
  manager: "Also imports, exports, and changes the project's settings.",
  admin: "Also looks after people and models.",
};

/** Imports, exports, and the project's settings. */
export function mayManage(role: Role): boolean {
  return role !== "annotator";
}

/** People and models. */
export function mayAdminister(role: Role): boolean {
  return role === "admin";
}
