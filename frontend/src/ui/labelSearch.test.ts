import { expect, test } from "vitest";
import { findLabels, MOST_SHOWN } from "./labelSearch";

const named = (...names: string[]) => names.map((name) => ({ id: name, name, colour: "#e69f00" }));
const lvis = named(...Array.from({ length: 1203 }, (_, index) => `kind ${index}`));

test("without a query, the first labels are shown in their order", () => {
  const { shown, more } = findLabels(lvis, "");
  expect(shown).toEqual(lvis.slice(0, MOST_SHOWN));
  expect(more).toBe(1203 - MOST_SHOWN);
});

test("names that begin with the query come before those that have it within", () => {
  const { shown } = findLabels(named("wild cat", "Cat", "dog", "catfish"), "cat ");
  expect(shown.map(({ name }) => name)).toEqual(["Cat", "catfish", "wild cat"]);
});

test("every label of a thousand can be found", () => {
  expect(findLabels(lvis, "1202")).toEqual({ shown: [lvis[1202]], more: 0 });
  expect(findLabels(lvis, "nothing of the kind").shown).toEqual([]);
});
