import { expect, it } from "vitest";
import { doneText } from "./doneText";

it("says how much is in the file", () => {
  expect(doneText({ mask_count: 12, image_count: 5, empty_image_count: 0, size_bytes: 34_400 })).toBe(
    "12 masks in 5 images, 34 kB.",
  );
  expect(doneText({ mask_count: 1, image_count: 3, empty_image_count: 2, size_bytes: 900 })).toBe(
    "1 mask in 1 image, 2 images without masks, 900 B.",
  );
});

it("warns of an export without anything", () => {
  expect(doneText({ mask_count: 0, image_count: 0, empty_image_count: 0, size_bytes: 300 })).toMatch(
    /No masks/,
  );
});
