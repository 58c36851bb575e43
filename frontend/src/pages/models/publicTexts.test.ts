import { expect, it } from "vitest";
import {
  allPhotosText,
  downloadText,
  paceText,
  reEmbeddingText,
  type Sample,
  speedOf,
  withSample,
} from "./publicTexts";

const seen = (...samples: Sample[]) => samples.reduce<Sample[]>(withSample, []);

it("takes the speed from the last ten seconds", () => {
  expect(speedOf(seen({ at: 0, bytes: 0 }))).toBeNull();
  expect(speedOf(seen({ at: 0, bytes: 0 }, { at: 2000, bytes: 4_000_000 }))).toBe(2_000_000);
  const slower = seen({ at: 0, bytes: 0 }, { at: 2000, bytes: 4_000_000 }, { at: 12_000, bytes: 5_000_000 });
  expect(speedOf(slower)).toBe(100_000);
});

it("does not count what a resumed file had before, nor a file that begins anew", () => {
  expect(speedOf(seen({ at: 0, bytes: 9_000_000 }, { at: 1000, bytes: 9_500_000 }))).toBe(500_000);
  expect(seen({ at: 0, bytes: 9_000_000 }, { at: 1000, bytes: 10 })).toEqual([{ at: 1000, bytes: 10 }]);
  expect(seen({ at: 5, bytes: 10 }, { at: 5, bytes: 10 })).toEqual([{ at: 5, bytes: 10 }]);
});

it("says how far a download is", () => {
  expect(downloadText(120e6, 375e6, null)).toBe("120 MB of 375 MB");
  expect(downloadText(120e6, 375e6, 5.2e6)).toBe("120 MB of 375 MB · 5.2 MB/s · under a minute left");
  expect(downloadText(0, 2.5e9, 0)).toBe("0 B of 2.5 GB · 0 B/s");
});

it("says what a photo takes, and nothing where nothing was measured", () => {
  expect(paceText({ seconds_per_photo: 6.24, is_measured: false })).toBe("about 6.2 s a photo");
  expect(paceText({ seconds_per_photo: 2, is_measured: true })).toBe("2.0 s a photo, measured");
  expect(paceText({ seconds_per_photo: 130, is_measured: false })).toBe("about 2 min a photo");
  expect(paceText({ seconds_per_photo: null, is_measured: false })).toBe("time not measured yet");
  expect(allPhotosText({ seconds_per_photo: 6, is_measured: false }, 30)).toBe("30 photos: about 3 min");
  expect(allPhotosText({ seconds_per_photo: null, is_measured: false }, 30)).toBe("");
});

it("says what deploying takes", () => {
  expect(reEmbeddingText({ photos: 30, seconds_per_photo: 6, is_measured: false })).toBe(
    "30 photos are prepared for it in the background: about 3 min with one worker (about 6.0 s a photo).",
  );
  expect(reEmbeddingText({ photos: 0, seconds_per_photo: 6, is_measured: true })).toContain("already");
  expect(reEmbeddingText({ photos: 1, seconds_per_photo: null, is_measured: false })).toContain("not known");
});
