import { describe, expect, it } from "vitest";
import type { ImageDetail, QueueOut, WorkOut } from "../../api/types";
import { nextFetched, nextImages } from "./nextImages";
import { dayOf, minutesText, parseToday, withMask } from "./today";
import { holderName, isDone, shownWork, whyReadOnly } from "./work";

const work = (part: Partial<WorkOut>): WorkOut => ({
  state: "open",
  note: null,
  by: null,
  by_name: null,
  at: null,
  held_by: null,
  held_by_name: null,
  held_until: null,
  assigned_to: null,
  assigned_to_name: null,
  ...part,
});

describe("work", () => {
  it("is shown as in work while somebody has it, whatever was decided before", () => {
    expect(shownWork(work({ state: "later", held_by: "anna" }))).toBe("in_work");
    expect(shownWork(work({ state: "later" }))).toBe("later");
  });

  it("may not be changed when it is done or somebody else's", () => {
    const ours = { kind: "ours" } as const;
    const theirs = { kind: "theirs", lost: false, free: false, waiting: false } as const;
    expect(whyReadOnly(undefined, ours, "me")).toBeNull();
    for (const state of ["open", "later", "flagged"] as const) {
      expect(isDone(work({ state }))).toBe(false);
      expect(whyReadOnly({ work: work({ state }), may_review: false }, ours, "me")).toBeNull();
      expect(whyReadOnly({ work: work({ state }), may_review: false }, theirs, "me")).toContain(
        "Somebody else",
      );
    }
    for (const state of ["submitted", "skipped"] as const) {
      expect(isDone(work({ state }))).toBe(true);
      expect(whyReadOnly({ work: work({ state }), may_review: false }, ours, "me")).toContain("Reopen");
    }
  });
});

describe("who else has an image", () => {
  it("is named, unless the page does not know yet that it is somebody else", () => {
    const annas = work({ held_by: "anna", held_by_name: "Anna" });
    expect(holderName(annas, "me")).toBe("Anna");
    expect(holderName(annas, "anna")).toBe("Somebody else");
    expect(holderName(work({}), "me")).toBe("Somebody else");
    expect(holderName(undefined, "me")).toBe("Somebody else");
  });
});

describe("what is fetched ahead", () => {
  const neighbours = (next_id: string | null) => ({
    neighbours: { previous_id: null, next_id, position: 1, total: 9 },
  });
  const queue = (...ahead: string[]) => ({ ahead }) as QueueOut;

  it("is the queue's next two, or the neighbour where it is another image", () => {
    expect(nextImages(neighbours("b"), queue("b", "c"))).toEqual(["b", "c"]);
    expect(nextImages(neighbours("b"), queue("x", "y"))).toEqual(["x", "b"]);
    expect(nextImages(neighbours("b"), queue())).toEqual(["b"]);
    expect(nextImages(neighbours(null), queue())).toEqual([]);
  });
});

describe("while the server does not answer, the next image", () => {
  const image = (id: string, next_id: string | null, part: Partial<WorkOut> = {}) =>
    ({ id, neighbours: { next_id }, work: work(part) }) as ImageDetail;
  const behind = (queue: QueueOut | undefined, ...images: ImageDetail[]) =>
    nextFetched("a", queue, (id) => images.find((one) => one.id === id), "me");

  it("is one that was fetched and is still to do", () => {
    const next = [image("a", "b"), image("b", "c", { state: "submitted" }), image("c", "a")];
    expect(behind(undefined, ...next)).toBe("c");
    expect(behind({ ahead: ["x", "q"] } as QueueOut, image("q", null), ...next)).toBe("q");
  });

  it("is not known when nothing behind it was fetched, or all of it is done or somebody else's", () => {
    expect(behind(undefined, image("a", "b"))).toBeUndefined();
    expect(behind(undefined, image("a", null))).toBeUndefined();
    expect(behind(undefined, image("a", "b"), image("b", null, { held_by: "anna" }))).toBeUndefined();
  });
});

describe("today", () => {
  it("counts masks and their time, and starts anew at the person's midnight", () => {
    const evening = dayOf(new Date(2026, 0, 5, 23, 59));
    const morning = dayOf(new Date(2026, 0, 6, 0, 1));
    expect(evening).toBe("2026-01-05");
    const one = withMask(parseToday(null, evening), evening, 14_000);
    const two = withMask(one, evening, 6_000);
    expect(two).toEqual({ day: evening, masks: 2, activeMs: 20_000 });
    expect(withMask(two, morning, 1_000)).toEqual({ day: morning, masks: 1, activeMs: 1_000 });
    expect(parseToday(JSON.stringify(two), evening)).toEqual(two);
    expect(parseToday(JSON.stringify(two), morning).masks).toBe(0);
    expect(parseToday("{broken", morning).masks).toBe(0);
    expect(parseToday('{"day":"2026-01-06"}', morning).masks).toBe(0);
  });

  it("is written for people", () => {
    expect(minutesText(59_999)).toBe("0 min");
    expect(minutesText(65 * 60_000)).toBe("1 h 05 min");
  });
});
