import { expect, it } from "vitest";
import type { BatchOut, ImageCounts } from "../../api/types";
import { aboutText } from "../../ui/amounts";
import { inFamilies, totalsOf } from "./figures";
import { IMAGE_STATES, partsOf, partsText } from "./states";

const NO_IMAGES = Object.fromEntries(
  ["total", ...IMAGE_STATES].map((name) => [name, 0]),
) as unknown as ImageCounts;

function batch(id: string, part: Partial<BatchOut>, counts: Partial<ImageCounts> = {}): BatchOut {
  return {
    id,
    name: id,
    kind: "work",
    parent_id: null,
    stage: "assisted_manual",
    images: { ...NO_IMAGES, ...counts },
    masks: 0,
    timed_masks: 0,
    proposals: 0,
    masks_per_image: null,
    seconds_per_mask: null,
    seconds_left: null,
    ...part,
  } as BatchOut;
}

it("counts images of work once, and the time that people have left everywhere", () => {
  const streets = { masks: 12, timed_masks: 10, seconds_per_mask: 6, seconds_left: 600 };
  const fields = { masks: 90, timed_masks: 30, seconds_per_mask: 10, proposals: 4 };
  const totals = totalsOf([
    batch("streets", streets, { total: 20, submitted: 3, in_review: 1, done: 2, skipped: 4, ready: 10 }),
    batch("fields", fields, { total: 5, ready: 5 }),
    batch(
      "look",
      { kind: "second_look", parent_id: "streets", masks: 7, seconds_left: 60 },
      { total: 2, ready: 2 },
    ),
  ]);
  expect(totals).toEqual({
    finished: 6,
    images: 21,
    skipped: 4,
    masks: 102,
    proposals: 4,
    secondsPerMask: 9,
    secondsLeft: 660,
    withoutPace: 1,
  });
});

it("knows no time before anything is finished, and asks none of people for what machines do", () => {
  const automatic = batch("moon", { stage: "fully_automatic" }, { total: 9, ready: 9 });
  expect(totalsOf([automatic])).toMatchObject({ secondsPerMask: null, secondsLeft: null, withoutPace: 0 });
});

it("puts second looks and audits behind their batch", () => {
  const batches = [
    batch("audit", { parent_id: "b" }),
    batch("a", {}),
    batch("b", {}),
    batch("look", { parent_id: "a" }),
  ];
  const listed = inFamilies(batches).map(({ batch, isChild }) => (isChild ? `- ${batch.id}` : batch.id));
  expect(listed).toEqual(["a", "- look", "b", "- audit"]);
});

it.each([
  [20, "under a minute"],
  [60, "about 1 min"],
  [1500, "about 25 min"],
  [3599, "about 1 h"],
  [12_000, "about 3.5 h"],
  [468_000, "about 130 h"],
])("says %d seconds as %s", (seconds, text) => {
  expect(aboutText(seconds)).toBe(text);
});

it("tells the states in words, those first that are through", () => {
  expect(partsText(partsOf({ ...NO_IMAGES, total: 4, ready: 1, done: 3 }))).toBe("3 done, 1 ready");
  expect(partsText(partsOf(NO_IMAGES))).toBe("no images");
});
