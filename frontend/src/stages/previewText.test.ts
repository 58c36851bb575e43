import { expect, test } from "vitest";
import { previewLines } from "./previewText";

const preview = { images: 12, left_alone: 0, detector_minutes: null, seconds: 120, problem: null };

test("a stage says what it does to how many images, and how long that takes", () => {
  expect(previewLines("fully_automatic", { ...preview, left_alone: 1 })).toEqual([
    "On 12 images the model makes all masks.",
    "1 image that people have begun stays theirs.",
    "The images take one worker about 2 min. Meanwhile nobody is handed them.",
  ]);
  expect(previewLines("semi_automatic", { ...preview, detector_minutes: 5, seconds: null })).toEqual([
    "On 12 images masks are proposed for people to judge.",
    "First a detector is trained on your masks: about 5 min.",
    "How long an image takes is not known yet; it is shown as soon as the first ones are done.",
  ]);
});
