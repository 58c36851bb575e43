import { expect, it } from "vitest";
import type { ImageOut } from "../../api/types";
import { isFiltering, maskFilters, matches, parseImagesSearch } from "./search";

const image = (
  name: string,
  state: ImageOut["embedding"]["state"],
  work: Partial<ImageOut["work"]> = { state: "open", held_by: null },
) => ({ name, embedding: { state }, work }) as ImageOut;

it("drops what it does not know from the address", () => {
  expect(parseImagesSearch({ state: "melted", q: "", page: 3 })).toEqual({});
  expect(parseImagesSearch({ state: "failed", q: 2024 })).toEqual({ state: "failed", q: "2024" });
});

it("finds images by every word of the search, in any order and case", () => {
  expect(matches(image("Old STREET at night.jpg", "ready"), { q: "night street" })).toBe(true);
  expect(matches(image("street.jpg", "ready"), { q: "night street" })).toBe(false);
});

it("combines state and name", () => {
  expect(matches(image("a.jpg", "failed"), { state: "failed", q: "a" })).toBe(true);
  expect(matches(image("a.jpg", "ready"), { state: "failed", q: "a" })).toBe(false);
});

it("does not call blanks a filter", () => {
  expect(isFiltering({ q: "  " })).toBe(false);
  expect(isFiltering({ state: "ready" })).toBe(true);
});

it("finds images by what was decided about them, or by somebody having them now", () => {
  const held = image("a.png", "ready", { state: "later", held_by: "anna" });
  const later = image("b.png", "ready", { state: "later", held_by: null });
  expect(parseImagesSearch({ work: "melted" })).toEqual({});
  expect(isFiltering({ work: "later" })).toBe(true);
  expect([held, later].filter((one) => matches(one, { work: "later" }))).toEqual([later]);
  expect([held, later].filter((one) => matches(one, { work: "in_work" }))).toEqual([held]);
});

it("finds the images of a batch", () => {
  const inBatch = (id: string) => ({ ...image("a.jpg", "ready"), batch: { id } }) as ImageOut;
  expect(parseImagesSearch({ batch: "streets" })).toEqual({ batch: "streets" });
  expect(isFiltering({ batch: "streets" })).toBe(true);
  expect(matches(inBatch("streets"), { batch: "streets" })).toBe(true);
  expect(matches(inBatch("fields"), { batch: "streets" })).toBe(false);
});

it("asks the server for images with the masks that the address names", () => {
  const search = parseImagesSearch({ label: "leaf", made: "brush" });
  expect(search).toEqual({ label: "leaf", made: "brush" });
  expect(isFiltering(search)).toBe(true);
  expect(maskFilters(search)).toEqual({ label: "leaf", source: ["painted", "clicked_painted"] });
  expect(maskFilters(parseImagesSearch({ label: "all", made: "magic", batch: "streets" }))).toBeNull();
});
