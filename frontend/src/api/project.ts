import { createStore } from "zustand/vanilla";
import type { SessionOut } from "./types";

const PREFIX = /^\/p\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=\/|$)/i;
/**
 * Paths that name a thing are about the project of that thing. Saying another one would do harm where that one is gone:
 * masks of any project go out from whichever page is open. People are in no project by themselves.
 */
const THING = /^\/api\/(?!users\/)[^?]*\/[0-9a-f]{8}-/i;
/** Codes of answers that say that the person does not see the project, or none at all. */
const GONE = new Set(["project_not_found", "no_project"]);
const LAST = "maskloop-project-";

interface PageProject {
  /** As the page's address has it; null: the one that the server chooses. It stays while the page is open. */
  id: string | null;
  /** It was deleted meanwhile, or is not the person's to see. */
  isGone: boolean;
}

/** The project that everything on this page is about. */
export const pageProject = createStore<PageProject>(() => ({ id: null, isGone: false }));

/** The project that a path names; null: it names none. */
export function projectIn(pathname: string): string | null {
  return PREFIX.exec(pathname)?.[1]?.toLowerCase() ?? null;
}

/** A page's path in a project: of the path in another one, or without any. */
export function pathIn(projectId: string, pathname = "/"): string {
  return `/p/${projectId}${pathname.replace(PREFIX, "") || "/"}`;
}

/** What comes before all paths of the page's own. */
export function basepathOf(pathname: string): string {
  return PREFIX.exec(pathname)?.[0] ?? "/";
}

/** A path of the API, about the page's project where it names nothing that has one. */
export function withProject(path: string): string {
  const { id } = pageProject.getState();
  if (id === null || THING.test(path)) return path;
  return `${path}${path.includes("?") ? "&" : "?"}project=${id}`;
}

/** Learns from a failed request that the page's project is gone. */
export function noteGoneProject(code: string): void {
  if (GONE.has(code)) pageProject.setState({ isGone: true });
}

/**
 * The project whose address the page should have: the one used last here; null: the address is as it should be. Who has
 * one project needs no address for it.
 */
export function projectToOpen(
  named: string | null,
  { projects, project_id }: Pick<SessionOut, "projects" | "project_id">,
  last: string | null,
): string | null {
  if (named !== null || projects.length < 2) return null;
  return projects.some(({ id }) => id === last) ? last : project_id;
}

/** The project that a person used last in this browser. */
export function lastProject(userId: string): string | null {
  return localStorage.getItem(LAST + userId);
}

export function keepLastProject(userId: string, projectId: string): void {
  localStorage.setItem(LAST + userId, projectId);
}
