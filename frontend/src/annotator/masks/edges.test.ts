import { expect, it } from "vitest";
import { Guide, sharpen } from "./edges";
import vectors from "./edges.vectors.json";
import { upscaleMask } from "./upscale";

/** Two hexadecimal digits a byte, three bytes a pixel. */
function bytes(rows: string[]): number[] {
  return (rows.join("").match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
}

function guideOf({ photo, width, height }: { photo: string[]; width: number; height: number }): Guide {
  const rgb = bytes(photo);
  const data = new Uint8ClampedArray(4 * width * height).map((_, i) =>
    i % 4 === 3 ? 255 : (rgb[3 * (i >> 2) + (i % 4)] as number),
  );
  return new Guide({ width, height, data }, { width, height });
}

it.each(vectors)("guides as the engine does: $name", (vector) => {
  const { width, height, side } = vector;
  const guide = guideOf(vector);
  expect([...guide.cells(side).data]).toEqual(bytes(vector.cells));
  const logits = { data: Float32Array.from(vector.logits.flat()), side };
  const before = logits.data.slice();
  const sharpened = sharpen(logits, guide, 0);
  vector.sharpened.flat().forEach((value, i) => {
    expect(sharpened.data[i]).toBeCloseTo(value, 4);
  });
  expect(logits.data).toEqual(before);
  const mask = new Uint8Array(width * height);
  upscaleMask(sharpened, 0, mask, width, height, { guide });
  const rows = vector.mask.map((_, y) =>
    [...mask.subarray(y * width, (y + 1) * width)].map((value) => ".#"[value]).join(""),
  );
  expect(rows).toEqual(vector.mask);
});

it("goes by the model's threshold", () => {
  const vector = vectors[0] as (typeof vectors)[number];
  const { width, height, side } = vector;
  const guide = guideOf(vector);
  const masks = [0, 2.5].map((threshold) => {
    const logits = { data: Float32Array.from(vector.logits.flat(), (value) => value + threshold), side };
    const mask = new Uint8Array(width * height);
    upscaleMask(sharpen(logits, guide, threshold), threshold, mask, width, height, { guide });
    return mask;
  });
  expect(masks[1]).toEqual(masks[0]);
});

it("takes the colours of a large photo from a smaller copy", () => {
  const vector = vectors[0] as (typeof vectors)[number];
  const { width, height, side } = vector;
  const copy = guideOf(vector);
  const guide = new Guide({ width, height, data: copy.data }, { width: 3 * width, height: 3 * height });
  const logits = sharpen({ data: Float32Array.from(vector.logits.flat()), side }, guide, 0);
  expect(guide.cells(side)).toEqual(copy.cells(side));
  const mask = new Uint8Array(9 * width * height);
  upscaleMask(logits, 0, mask, 3 * width, 3 * height, { guide });
  const middles = vector.mask.map((row, y) =>
    [...row].map((_, x) => ".#"[mask[(3 * y + 1) * 3 * width + 3 * x + 1] as number]).join(""),
  );
  expect(middles).toEqual(vector.mask);
});
