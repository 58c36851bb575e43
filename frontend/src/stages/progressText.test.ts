import { describe, expect, it } from "vitest";
import type { StageOut } from "../api/types";
import { figuresText, headText, percentDone } from "./progressText";

const stage = (part: Partial<StageOut>, images: Partial<StageOut["images"]> = {}): StageOut => ({
  stage: "fully_automatic",
  detector: null,
  masks: 0,
  masks_per_image: null,
  images_per_minute: null,
  seconds_left: null,
  failures: [],
  ...part,
  images: { total: 4, waiting: 0, running: 0, done: 0, failed: 0, ...images },
});
const detector = (part: Partial<NonNullable<StageOut["detector"]>>) => ({
  state: "running" as const,
  image_count: 5,
  mask_count: 60,
  progress: 0.4,
  recall: null,
  error: null,
  ...part,
});

describe("what is said of a stage", () => {
  it("nothing where no machine was asked", () => {
    expect(headText(stage({ stage: "assisted_manual" }))).toBeNull();
    expect(headText(stage({}, { total: 0 }))).toBeNull();
  });

  it("the detector comes first, with its own progress", () => {
    const training = stage(
      { stage: "semi_automatic", detector: detector({}), seconds_left: 90 },
      { waiting: 4 },
    );
    expect(headText(training)).toBe("The detector learns from 60 masks of 5 images");
    expect(percentDone(training)).toBe(40);
    expect(figuresText(training)).toBe("about 2 min left");
    const failed = stage(
      { stage: "semi_automatic", detector: detector({ state: "failed" }) },
      { waiting: 4 },
    );
    expect(headText(failed)).toBe("The detector could not be trained");
  });

  it("then images, pace and masks", () => {
    const running = stage(
      {
        stage: "semi_automatic",
        detector: detector({ state: "done", recall: 0.4 }),
        masks: 12,
        masks_per_image: 6,
        images_per_minute: 3.5,
        seconds_left: 34,
      },
      { waiting: 1, running: 1, done: 2 },
    );
    expect(headText(running)).toBe("Masks proposed on 2 of 4 images");
    expect(figuresText(running)).toBe(
      "the detector finds 40 % of unseen objects · 12 masks (6 an image) · 3.5 images a minute · about 34 s left",
    );
    expect(percentDone(running)).toBe(50);
  });

  it("and how it ended", () => {
    expect(headText(stage({}, { done: 4 }))).toBe("Masks found on all 4 images");
    expect(headText(stage({}, { done: 3, failed: 1 }))).toBe("Masks found on 3 of 4 images, 1 failed");
    expect(figuresText(stage({ masks: 8, masks_per_image: 2, images_per_minute: 9 }, { done: 4 }))).toBe(
      "8 masks (2 an image)",
    );
  });
});
