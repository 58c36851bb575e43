import { afterEach, expect, test } from "vitest";
import {
  basepathOf,
  noteGoneProject,
  pageProject,
  pathIn,
  projectIn,
  projectToOpen,
  withProject,
} from "./project";

const CELLS = "0196a000-0000-7000-8000-00000000000a";
const ROADS = "0196a000-0000-7000-8000-00000000000b";
const both = {
  projects: [
    { id: CELLS, name: "Cells", role: "manager" as const },
    { id: ROADS, name: "Roads", role: "annotator" as const },
  ],
  project_id: CELLS,
};

afterEach(() => pageProject.setState({ id: null, isGone: false }));

test("an address names its project before the page", () => {
  expect(projectIn(`/p/${CELLS}/images/1`)).toBe(CELLS);
  expect(projectIn(`/p/${CELLS.toUpperCase()}`)).toBe(CELLS);
  expect(basepathOf(`/p/${CELLS}/images`)).toBe(`/p/${CELLS}`);
});

test("an address without a project, or with something else in its place, names none", () => {
  for (const path of [
    "/",
    "/images",
    "/p/",
    "/p/cells/images",
    `/p/${CELLS}0/images`,
    `/images/p/${CELLS}`,
  ]) {
    expect(projectIn(path)).toBeNull();
    expect(basepathOf(path)).toBe("/");
  }
});

test("the same page in another project has the same path behind the project", () => {
  expect(pathIn(ROADS)).toBe(`/p/${ROADS}/`);
  expect(pathIn(ROADS, "/images/1")).toBe(`/p/${ROADS}/images/1`);
  expect(pathIn(ROADS, `/p/${CELLS}/images`)).toBe(`/p/${ROADS}/images`);
  expect(pathIn(ROADS, `/p/${CELLS}`)).toBe(`/p/${ROADS}/`);
});

test("who has one project needs no address for it", () => {
  const one = { projects: both.projects.slice(0, 1), project_id: CELLS };
  expect(projectToOpen(null, one, ROADS)).toBeNull();
  expect(projectToOpen(null, { projects: [], project_id: null }, null)).toBeNull();
});

test("who has several goes on in the one used last, while they are still in it", () => {
  expect(projectToOpen(null, both, ROADS)).toBe(ROADS);
  expect(projectToOpen(null, both, null)).toBe(CELLS);
  expect(projectToOpen(null, both, "0196a000-0000-7000-8000-00000000000c")).toBe(CELLS);
});

test("an address that names a project stays", () => {
  expect(projectToOpen(CELLS, both, ROADS)).toBeNull();
});

test("requests are about the page's project", () => {
  expect(withProject("/api/events")).toBe("/api/events");
  pageProject.setState({ id: ROADS });
  expect(withProject("/api/events")).toBe(`/api/events?project=${ROADS}`);
  expect(withProject(`/api/images?batch=${CELLS}`)).toBe(`/api/images?batch=${CELLS}&project=${ROADS}`);
  expect(withProject(`/api/users/${CELLS}`)).toBe(`/api/users/${CELLS}?project=${ROADS}`);
});

test("what a path names is asked for without a project, so that it goes out whatever the page is of", () => {
  pageProject.setState({ id: ROADS });
  for (const path of [`/api/masks/${CELLS}`, `/api/images/${CELLS}/submit`, `/api/exports/${CELLS}`])
    expect(withProject(path)).toBe(path);
});

test("a project that was deleted is told from an image that was", () => {
  noteGoneProject("image_not_found");
  expect(pageProject.getState().isGone).toBe(false);
  noteGoneProject("project_not_found");
  expect(pageProject.getState().isGone).toBe(true);
});
