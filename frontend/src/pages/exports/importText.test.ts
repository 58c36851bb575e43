import { expect, it } from "vitest";
import { fileText, importText } from "./importText";

it("tells what became of a file's masks", () => {
  const out = { added: 1200, known: 3, refused: 2, image_count: 8, mask_state: "proposed" as const };
  expect(importText(out)).toBe("1,200 proposals in 8 images, 3 here already, 2 refused");
  expect(importText({ ...out, added: 1, known: 0, refused: 0, image_count: 1, mask_state: "accepted" })).toBe(
    "1 mask in 1 image",
  );
});

it("tells what became of one file of an archive", () => {
  const file = { name: "val.json", split: "val", image_count: 1, added: 2, known: 0, refused: 0, note: null };
  expect(fileText(file)).toBe("val: 2 masks in 1 image");
  expect(fileText({ ...file, split: null, note: "3 captions left out" })).toBe(
    "2 masks in 1 image; 3 captions left out",
  );
});
