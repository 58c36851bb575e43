import { expect, it } from "vitest";
import { parseBlocks, splitBold } from "./blocks";

it("reads headings, lists and paragraphs", () => {
  const text =
    "# Cells\nEvery cell\ngets a mask.\n\n- whole ones\n- cut ones,\n  too\n1. first\n2) second\n### End";
  expect(parseBlocks(text)).toEqual([
    { kind: "heading", level: 1, text: "Cells" },
    { kind: "paragraph", text: "Every cell gets a mask." },
    { kind: "list", ordered: false, items: ["whole ones", "cut ones, too"] },
    { kind: "list", ordered: true, items: ["first", "second"] },
    { kind: "heading", level: 3, text: "End" },
  ]);
  expect(parseBlocks("\n\n")).toEqual([]);
});

it("keeps markup that it does not know as text", () => {
  expect(parseBlocks("<b>x</b> #no")).toEqual([{ kind: "paragraph", text: "<b>x</b> #no" }]);
});

it("finds what stands out", () => {
  expect(splitBold("a **b** c")).toEqual(["a ", "b", " c"]);
  expect(splitBold("2 ** 3")).toEqual(["2 ** 3"]);
  expect(splitBold("**a** and **b")).toEqual(["", "a", " and **b"]);
});
