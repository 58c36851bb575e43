import { expect, test } from "vitest";
import type { UserOut } from "../../api/types";
import { chosenRole, elsewhere, membersFirst, roleChoices } from "./membership";

const cells = { id: "1", name: "Cells", role: "manager" as const };
const roads = { id: "2", name: "Roads", role: "annotator" as const };

test("with one project nobody is asked about projects", () => {
  expect(roleChoices(false, false).map(({ label }) => label)).toEqual(["Annotator", "Manager", "Admin"]);
});

test("with several, people can be out of this one, and admins are admins of all", () => {
  const choices = roleChoices(true, true);
  expect(choices.map(({ label }) => label)).toEqual([
    "Annotator",
    "Manager",
    "Admin of all projects",
    "Not in this project",
  ]);
  expect(choices.map(({ value }) => chosenRole(value))).toEqual(["annotator", "manager", "admin", null]);
});

test("people are shown with what they are elsewhere", () => {
  expect(elsewhere({ is_admin: false, projects: [cells, roads] }, "1")).toEqual(["annotator in Roads"]);
  expect(elsewhere({ is_admin: false, projects: [cells, roads] }, "3")).toEqual([
    "manager in Cells",
    "annotator in Roads",
  ]);
  expect(elsewhere({ is_admin: false, projects: [cells] }, "1")).toEqual([]);
  expect(elsewhere({ is_admin: true, projects: [cells, roads] }, "1")).toEqual(["all of them"]);
});

test("who is not in the project comes last", () => {
  const users = [
    { name: "Ada", role: null },
    { name: "Bo", role: "annotator" },
    { name: "Cy", role: null },
    { name: "Di", role: "admin" },
  ] as UserOut[];
  expect(membersFirst(users).map(({ name }) => name)).toEqual(["Bo", "Di", "Ada", "Cy"]);
});
