import { expect, it } from "vitest";
import type { FileVerdict } from "../../../api/types";
import { reportText } from "./report";

const file = (verdict: FileVerdict["verdict"]): FileVerdict => ({
  name: "a.jpg",
  verdict,
  code: null,
  reason: null,
  image_id: null,
});

it("counts each verdict once and leaves out those that did not happen", () => {
  expect(reportText([file("imported"), file("refused"), file("imported")])).toBe("2 imported, 1 refused");
  expect(reportText([file("duplicate")])).toBe("1 already here");
});

it("says so when an archive held nothing", () => {
  expect(reportText([])).toBe("Nothing to import");
});
