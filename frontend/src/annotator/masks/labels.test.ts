import { expect, it } from "vitest";
import { buildLabelMap, renewLabelMap } from "./labels";
import type { CutMask } from "./rle";

const WIDTH = 60;
const HEIGHT = 50;

function disc(radius: number, x: number, y: number): CutMask {
  const side = 2 * radius + 1;
  const data = Uint8Array.from({ length: side * side }, (_, i) =>
    Math.hypot((i % side) - radius, Math.floor(i / side) - radius) <= radius ? 1 : 0,
  );
  return { x: x - radius, y: y - radius, width: side, height: side, data };
}

it("a map that follows the changes of its masks is the same as one made anew", () => {
  const discs = Array.from({ length: 12 }, (_, i) =>
    disc(1 + ((i * 5) % 9), 12 + 3 * i, 12 + ((i * 7) % 23)),
  );
  const labels = new Uint16Array(WIDTH * HEIGHT);
  let before: CutMask[] = [];
  const lists = [
    discs.slice(0, 8),
    discs, // more
    discs.filter((_, i) => i !== 3), // one deleted, the ones behind it count anew
    discs.with(5, disc(6, 30, 30)), // one corrected
    discs.slice(2, 4),
    [],
    discs,
  ];
  for (const list of lists) {
    renewLabelMap(labels, before, list, WIDTH);
    expect(labels).toEqual(buildLabelMap(list, WIDTH, HEIGHT) ?? new Uint16Array(WIDTH * HEIGHT));
    before = list;
  }
});
