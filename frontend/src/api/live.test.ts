import { expect, it } from "vitest";
import { type ImagePages, withImages, withSummary } from "./live";
import type { ImageOut, Summary } from "./types";

const image = (id: string, name = id) => ({ id, name }) as ImageOut;
const summary = (total: number): Summary => ({
  total,
  queued: 0,
  computing: 0,
  ready: total,
  failed: 0,
  seconds_left: null,
});
const pages = (lastNext: string | null): ImagePages => ({
  pages: [
    { items: [image("a"), image("b")], next: "b", summary: summary(3) },
    { items: [image("c")], next: lastNext, summary: summary(3) },
  ],
  pageParams: [null, "b"],
});
const names = (data: ImagePages) => data.pages.map((page) => page.items.map((item) => item.name));

it("changes an image where it stands and leaves other pages as they are", () => {
  const before = pages(null);
  const after = withImages(before, [image("b", "changed")]);
  expect(names(after)).toEqual([["a", "changed"], ["c"]]);
  expect(after.pages[1]).toBe(before.pages[1]);
  expect(names(before)).toEqual([["a", "b"], ["c"]]);
});

it("puts new images at the end of a complete list", () => {
  expect(names(withImages(pages(null), [image("d"), image("a")]))).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});

it("leaves new images to the pages still to come", () => {
  expect(names(withImages(pages("c"), [image("d")]))).toEqual([["a", "b"], ["c"]]);
});

it("keeps the newest summary on the first page", () => {
  expect(withSummary(pages(null), summary(9)).pages.map((page) => page.summary.total)).toEqual([9, 3]);
});
