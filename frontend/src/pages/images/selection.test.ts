import { describe, expect, it } from "vitest";
import { toggled } from "./useSelection";

const shown = ["a", "b", "c", "d"].map((id) => ({ id }));
const chosenAfter = (before: string[], id: string, from: string | null = null) => [
  ...toggled(shown, new Set(before), id, from),
];

describe("choosing images", () => {
  it("takes one in and lets it go", () => {
    expect(chosenAfter([], "b")).toEqual(["b"]);
    expect(chosenAfter(["a", "b"], "b")).toEqual(["a"]);
  });

  it("takes the stretch up to an image, either way, as that image goes", () => {
    expect(chosenAfter(["b"], "d", "b")).toEqual(["b", "c", "d"]);
    expect(chosenAfter(["d"], "b", "d").sort()).toEqual(["b", "c", "d"]);
    expect(chosenAfter(["a", "b", "c"], "c", "b")).toEqual(["a"]);
  });

  it("takes one alone when the stretch began at an image that is not shown any more", () => {
    expect(chosenAfter([], "c", "gone")).toEqual(["c"]);
  });
});
