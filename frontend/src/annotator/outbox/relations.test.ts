import { describe, expect, it } from "vitest";
import type { MaskIn, OverlapRule } from "../../api/types";
import { decodeRle, encodeCut } from "../masks/rle";
import type { ListedMask, NewChange } from "./changes";
import { changeOf, copyChanges, mergeChanges, type ShapedMask, saveChanges, splitChanges } from "./relations";

const SIZE = { width: 8, height: 2 };
const IMAGE = "image-1";

/** Pixels row by row: `#` belongs to the mask. */
function shapeOf(...rows: string[]) {
  const data = Uint8Array.from(rows.join(""), (c) => (c === "#" ? 1 : 0));
  return { x: 0, y: 0, ...SIZE, data };
}

function saved(id: string, rows: string[], fields: Partial<ListedMask> = {}): ShapedMask {
  const shape = shapeOf(...rows);
  const mask: ListedMask = {
    id,
    image_id: IMAGE,
    rle: { size: [SIZE.height, SIZE.width], counts: encodeCut(shape, SIZE.width, SIZE.height) },
    active_ms: 1000,
    source: "clicked",
    model_id: "model",
    predicted_iou: 0.9,
    prompts: { points: [{ x: 1, y: 1, label: 1 }], strokes: { brush: 1, erase: 2 } },
    label_id: null,
    locked: false,
    version: 3,
    waiting: false,
    state: "accepted",
    author_id: null,
    author_name: null,
    ...fields,
  };
  // What the server adds must not be sent back to it: it refuses fields that it does not know.
  return { mask: { ...mask, area_px: 5, bbox: [0, 0, 1, 1] } as ListedMask, shape };
}

function pictureOf(change: NewChange | undefined): string {
  if (change?.kind !== "save") return String(change?.kind);
  const { x, y, width, height, data } = decodeRle(change.mask.rle.counts, SIZE.width, SIZE.height);
  const rows = Array.from({ length: SIZE.height }, () => Array<string>(SIZE.width).fill("."));
  for (let i = 0; i < width * height; i++) {
    if (data[i]) (rows[y + Math.floor(i / width)] as string[])[x + (i % width)] = "#";
  }
  return rows.map((row) => row.join("")).join(" ");
}

function contentOf(change: NewChange | undefined): MaskIn {
  if (change?.kind !== "save") throw new Error("not a save");
  return change.mask;
}

const KNOWN = [
  "image_id",
  "rle",
  "active_ms",
  "source",
  "model_id",
  "predicted_iou",
  "prompts",
  "label_id",
  "locked",
  "base_version",
];

function expectSendable(changes: readonly NewChange[]): void {
  for (const change of changes) {
    if (change.kind === "save") for (const key of Object.keys(change.mask)) expect(KNOWN).toContain(key);
  }
}

describe("saving by the project's rule", () => {
  const { rle: _, ...content } = saved("new", ["########", "........"]).mask;
  const older = [
    saved("a", ["####....", "####...."]),
    saved("b", ["......##", "........"], { locked: true }),
    saved("c", [".....#..", "........"]),
  ];
  const save = (rule: OverlapRule, id = "new") =>
    saveChanges(rule, [{ id, content, shape: shapeOf("########", "........") }], older, SIZE);

  it("allow: the mask as it is, and nothing else", () => {
    const changes = save("allow");
    expect(changes.map(pictureOf)).toEqual(["######## ........"]);
    expect(changes[0]).toMatchObject({ kind: "save", maskId: "new", imageId: IMAGE });
  });

  it("newer is cut: the mask without the others", () => {
    expect(save("newer_is_cut").map(pictureOf)).toEqual(["....#... ........"]);
  });

  it("newer cuts older: a further version of what is cut; what is covered wholly is deleted", () => {
    const changes = save("newer_cuts_older");
    expect(changes.map((change) => `${change.maskId}: ${pictureOf(change)}`)).toEqual([
      "new: ######.. ........",
      "a: ........ ####....",
      "c: delete",
    ]);
    expect(contentOf(changes[1])).toMatchObject({ base_version: 3, source: "clicked", active_ms: 1000 });
    expectSendable(changes.slice(1));
  });

  it("a mask that is saved again is not in its own way", () => {
    expect(save("newer_is_cut", "a").map(pictureOf)).toEqual(["#####... ........"]);
  });

  it("nothing left: nothing to save", () => {
    const covered = [{ id: "new", content, shape: shapeOf("##......", "........") }];
    expect(saveChanges("newer_is_cut", covered, older, SIZE)).toEqual([]);
  });
});

describe("merging", () => {
  it("makes one mask of all pixels, with all the work in them, and deletes the others", () => {
    const changes = mergeChanges(
      [saved("a", ["##......", "........"], { label_id: "small" }), saved("b", [".#####..", "........"])],
      SIZE,
    );
    expect(changes.map(pictureOf)).toEqual(["######.. ........", "delete", "delete"]);
    expect(contentOf(changes[0])).toMatchObject({
      source: "merged",
      active_ms: 2000,
      model_id: "model",
      predicted_iou: null,
      label_id: "small",
      prompts: { strokes: { brush: 2, erase: 4 } },
    });
    expect(contentOf(changes[0]).prompts.points).toHaveLength(2);
    expect(contentOf(changes[0]).base_version).toBeUndefined();
    expectSendable(changes);
  });
});

describe("splitting", () => {
  it("makes a mask of each part; time and prompts count once", () => {
    const whole = saved("a", ["#..###..", ".#.....#"], { label_id: "cat" });
    const changes = splitChanges(whole, SIZE);
    expect(changes.map(pictureOf)).toEqual([
      "...###.. ........",
      "#....... .#......",
      "........ .......#",
      "delete",
    ]);
    const parts = changes.slice(0, 3).map(contentOf);
    expect(parts.map(({ active_ms }) => active_ms)).toEqual([1000, 0, 0]);
    expect(parts.map(({ prompts }) => prompts.points.length)).toEqual([1, 0, 0]);
    expect(parts.every(({ source, label_id }) => source === "split" && label_id === "cat")).toBe(true);
    expect(new Set(changes.map(({ maskId }) => maskId)).size).toBe(4);
    expectSendable(changes);
  });

  it("leaves a mask in one piece alone", () => {
    expect(splitChanges(saved("a", ["##......", "..##...."]), SIZE)).toEqual([]);
  });
});

describe("copying to another image", () => {
  it("takes shape and label, follows the rule there, and claims no work", () => {
    const there = saved("t", ["#.......", "........"], { image_id: "image-2" });
    const copied = [saved("a", ["##......", "........"], { label_id: "cat", locked: true })];
    const [copy, cut] = copyChanges("newer_cuts_older", copied, "image-2", [there], SIZE);
    expect(pictureOf(copy)).toBe("##...... ........");
    expect(contentOf(copy)).toMatchObject({
      image_id: "image-2",
      source: "copied",
      active_ms: 0,
      label_id: "cat",
      locked: false,
      model_id: null,
      prompts: { points: [], strokes: { brush: 0, erase: 0 } },
    });
    expect(cut).toEqual({ kind: "delete", maskId: "t", imageId: "image-2" });
    expect(pictureOf(copyChanges("newer_is_cut", copied, "image-2", [there], SIZE)[0])).toBe(
      ".#...... ........",
    );
  });
});

it("a change names the version it is based on and keeps everything else", () => {
  const { mask } = saved("a", ["##......", "........"]);
  const change = changeOf(mask, { label_id: "cat" });
  expect(contentOf(change)).toEqual({
    image_id: IMAGE,
    rle: mask.rle,
    active_ms: 1000,
    source: "clicked",
    model_id: "model",
    predicted_iou: 0.9,
    prompts: mask.prompts,
    label_id: "cat",
    locked: false,
    base_version: 3,
  });
});
