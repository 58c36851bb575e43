import { expect, it } from "vitest";
import { type ImagePages, withImages, withNewest, withoutItem, withSummary } from "./live";
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

const made = (id: string, hour: number, state = "queued") => ({
  id,
  created_at: `2026-01-01T0${hour}:00:00Z`,
  state,
});
const newestFirst = () => ({
  pages: [
    { items: [made("d", 4), made("c", 3)], next: "c" },
    { items: [made("b", 2)], next: "b" },
  ],
  pageParams: [null, "c"],
});
const ids = (data: ReturnType<typeof newestFirst>) =>
  data.pages.map((page) => page.items.map(({ id }) => id));

it("puts a new item of a list before all others, and a changed one in its place", () => {
  expect(ids(withNewest(newestFirst(), made("e", 5)))).toEqual([["e", "d", "c"], ["b"]]);
  const changed = withNewest(newestFirst(), made("b", 2, "done"));
  expect(ids(changed)).toEqual([["d", "c"], ["b"]]);
  expect(changed.pages[1]?.items[0]?.state).toBe("done");
});

it("leaves an item that is older than all that is shown to the page that will bring it", () => {
  expect(ids(withNewest(newestFirst(), made("a", 1)))).toEqual([["d", "c"], ["b"]]);
});

it("takes a deleted item out", () => {
  expect(ids(withoutItem(newestFirst(), "c"))).toEqual([["d"], ["b"]]);
});
