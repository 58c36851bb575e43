import { describe, expect, it } from "vitest";
import { addPoint, EMPTY_DRAFT } from "./draft";
import { doneWith, isStepDone } from "./tour";

const nothing = doneWith(EMPTY_DRAFT, 3);
const clicked = addPoint(EMPTY_DRAFT, { x: 1, y: 2, label: 1 });
const corrected = addPoint(clicked, { x: 3, y: 4, label: 0 });

describe("the tour goes on by itself", () => {
  it("when the step's own action is done, and not for another", () => {
    expect(isStepDone(0, nothing, doneWith(clicked, 3))).toBe(true);
    expect(isStepDone(1, doneWith(clicked, 3), doneWith(clicked, 3))).toBe(false);
    expect(isStepDone(1, doneWith(clicked, 3), doneWith(corrected, 3))).toBe(true);
    expect(isStepDone(2, doneWith(corrected, 3), doneWith(corrected, 3))).toBe(false);
    expect(isStepDone(2, doneWith(corrected, 3), doneWith(EMPTY_DRAFT, 4))).toBe(true);
  });

  it("when a mask was accepted that needed no correction", () => {
    expect(isStepDone(1, doneWith(clicked, 3), doneWith(EMPTY_DRAFT, 4))).toBe(true);
  });

  it("not for a mask thrown away, nor from its last step", () => {
    expect(isStepDone(2, doneWith(corrected, 3), nothing)).toBe(false);
    expect(isStepDone(3, nothing, doneWith(corrected, 4))).toBe(false);
  });
});
