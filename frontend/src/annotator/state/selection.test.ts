import { describe, expect, it } from "vitest";
import {
  NOTHING_SELECTED,
  nextUnder,
  selectedIds,
  selectOnly,
  selectUpTo,
  toggleSelected,
} from "./selection";

describe("selection", () => {
  it("grows and shrinks by single masks", () => {
    const two = toggleSelected(selectOnly("a"), "b");
    expect(selectedIds(two)).toEqual(["a", "b"]);
    expect(two.selectedId).toBe("b");
    expect(selectedIds(toggleSelected(two, "b"))).toEqual(["a"]);
    expect(toggleSelected(selectOnly("a"), "a")).toEqual(NOTHING_SELECTED);
  });

  it("spans the list from the mask chosen last, either way, again and again", () => {
    const listed = [..."abcde"];
    const down = selectUpTo(selectOnly("b"), "d", listed);
    expect(selectedIds(down).toSorted()).toEqual(["b", "c", "d"]);
    expect(selectedIds(selectUpTo(down, "a", listed)).toSorted()).toEqual(["a", "b"]);
    expect(selectUpTo(NOTHING_SELECTED, "c", listed)).toEqual(selectOnly("c"));
    expect(selectUpTo(selectOnly("gone"), "c", listed)).toEqual(selectOnly("c"));
  });

  it("takes the smallest mask under the pointer first, then those around it, then the smallest again", () => {
    const found = ["small", "medium", "large"];
    expect(nextUnder(found, null, false)).toBe("small");
    expect(nextUnder(found, "small", true)).toBe("medium");
    expect(nextUnder(found, "large", true)).toBe("small");
    expect(nextUnder(found, "medium", false)).toBe("small");
    expect(nextUnder([], "small", true)).toBeNull();
  });
});
