import { expect, it } from "vitest";
import { importText } from "./importText";

it("tells what became of a file's masks", () => {
  const out = { added: 1200, known: 3, refused: 2, image_count: 8, mask_state: "proposed" as const };
  expect(importText(out)).toBe("1,200 proposals in 8 images, 3 here already, 2 refused");
  expect(importText({ ...out, added: 1, known: 0, refused: 0, image_count: 1, mask_state: "accepted" })).toBe(
    "1 mask in 1 image",
  );
});
