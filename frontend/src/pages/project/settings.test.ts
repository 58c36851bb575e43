import { expect, test } from "vitest";
import type { Label, ProjectOut } from "../../api/types";
import { changesOf, labelsProblem, newLabel, rebased, settingsProblem } from "./settings";

const cat = { id: "1", name: "Cat", colour: "#e69f00" };
const project: ProjectOut = {
  id: "0196a000-0000-7000-8000-00000000000a",
  name: "My project",
  overlap_rule: "allow",
  labels: [cat],
  nudge_seconds: 30,
  guidelines: "",
};

test("only what was changed is sent, with what it replaces", () => {
  const { id: _, ...form } = project;
  expect(changesOf(project, form)).toEqual({ before: {} });
  expect(changesOf(project, { ...form, nudge_seconds: 0 })).toEqual({
    nudge_seconds: 0,
    before: { nudge_seconds: 30 },
  });
  const renamed = [{ ...cat, name: "Lion" }];
  expect(changesOf(project, { ...form, name: "Zoo", labels: renamed })).toEqual({
    name: "Zoo",
    labels: renamed,
    before: { labels: [cat] },
  });
});

test("what others saved meanwhile and one's own changes stay both", () => {
  const [dog, owl, eel] = ["Dog", "Owl", "Eel"].map((name) => ({ ...cat, id: name, name }));
  if (!dog || !owl || !eel) throw new Error("three labels");
  const lion = { ...cat, name: "Lion" };
  const opened = { ...project, labels: [cat, dog] };
  const { id: _, ...settings } = opened;

  const now = { ...opened, labels: [cat, dog, owl], nudge_seconds: 5 };
  const own = { ...settings, labels: [lion, eel], guidelines: "Look." };
  expect(rebased(opened, now, own)).toEqual({
    ...settings,
    labels: [lion, owl, eel],
    nudge_seconds: 5,
    guidelines: "Look.",
  });
  expect(rebased(opened, { ...opened, labels: [lion] }, settings).labels).toEqual([lion]);
});

test("new labels take turns with the palette's colours", () => {
  const labels: Label[] = [];
  for (let id = 0; id < 6; id++) labels.push(newLabel(String(id), labels));
  expect(new Set(labels.slice(0, 5).map(({ colour }) => colour)).size).toBe(5);
  expect(labels[5]?.colour).toBe(labels[0]?.colour);
});

test("labels need different names", () => {
  expect(labelsProblem([cat])).toBeNull();
  expect(labelsProblem([cat, { ...cat, id: "2", name: " " }])).toBe("Every label needs a name.");
  expect(labelsProblem([cat, { ...cat, id: "2", name: "cat " }])).toBe("Two labels are called cat.");
});

test("a project needs a name, whatever its labels are", () => {
  expect(settingsProblem(project)).toBeNull();
  expect(settingsProblem({ ...project, name: "  " })).toBe("The project needs a name.");
  expect(settingsProblem({ ...project, labels: [cat, cat] })).toBe("Two labels are called Cat.");
});
