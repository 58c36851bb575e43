import { expect, it } from "vitest";
import { NO_SPLIT, parseSplit, splitImagesText, splitOf, splitProblem, splitText } from "./split";

const SPLIT = { ...NO_SPLIT, isOn: true };

it("says what makes the shares no split", () => {
  expect(splitProblem(SPLIT, "yolo")).toBeNull();
  expect(splitProblem({ ...SPLIT, val: 20 }, "coco")).toBe("The shares add up to 110 %. Make it 100 %.");
  expect(splitProblem({ ...SPLIT, train: 0, val: 90 }, "coco")).toMatch(/Give train/);
  expect(splitProblem({ ...SPLIT, val: 0, test: 20 }, "coco")).toBeNull();
  expect(splitProblem({ ...SPLIT, val: 0, test: 20 }, "yolo")).toMatch(/YOLO reads a val set/);
  expect(splitProblem({ ...SPLIT, group_by: "prefix", separator: "" }, "coco")).toMatch(/prefix/);
});

it("remembers what was chosen, and nothing that no form gives", () => {
  const chosen = { ...SPLIT, train: 70, val: 30, test: 0, group_by: "batch" as const };
  expect(parseSplit(JSON.stringify(chosen))).toEqual(chosen);
  for (const text of [null, "{", "[]", '{"isOn":true}', JSON.stringify({ ...SPLIT, train: "all" })])
    expect(parseSplit(text)).toEqual(NO_SPLIT);
});

it("sends a split only where one is wanted", () => {
  expect(splitOf(NO_SPLIT)).toBeNull();
  expect(splitOf(SPLIT)).toEqual({ train: 80, val: 10, test: 10, group_by: "image", separator: "_" });
});

it("names a split and what came of it", () => {
  expect(splitText(SPLIT)).toBe("split 80/10/10");
  expect(splitText({ ...SPLIT, group_by: "batch" })).toBe("split 80/10/10 by batch");
  expect(splitText({ ...SPLIT, group_by: "prefix" })).toBe("split 80/10/10 by name up to _");
  expect(splitImagesText({ val: 2, train: 1 })).toBe("1 image in train, 2 in val");
});
