import { describe, expect, it } from "vitest";
import { resolveOverlaps } from "./overlap";
import type { CutMask } from "./rle";

/** A row of pixels: `#` belongs to the mask. */
function row(text: string): CutMask {
  return {
    x: 0,
    y: 0,
    width: text.length,
    height: 1,
    data: Uint8Array.from(text, (c) => (c === "#" ? 1 : 0)),
  };
}

function drawn(mask: CutMask | undefined, length = 8): string {
  if (!mask) return "untouched";
  return Array.from({ length }, (_, x) => (mask.data[x - mask.x] === 1 && x >= mask.x ? "#" : ".")).join("");
}

const free = (id: string, text: string) => ({ id, shape: row(text), locked: false });
const locked = (id: string, text: string) => ({ id, shape: row(text), locked: true });

describe("overlap rule", () => {
  const newer = [row("..####..")];
  const older = [
    free("a", "####...."),
    locked("b", ".....###"),
    free("c", "#......."),
    free("d", "...##..."),
  ];

  it("allow: everything stays as drawn", () => {
    expect(resolveOverlaps("allow", newer, older)).toEqual({ newer, older: new Map() });
  });

  it("newer is cut: by every older mask, and no older mask changes", () => {
    const resolved = resolveOverlaps("newer_is_cut", newer, older.slice(0, 2));
    expect(drawn(resolved.newer[0])).toBe("....#...");
    expect(resolved.older.size).toBe(0);
    expect(resolveOverlaps("newer_is_cut", newer, older).newer[0]?.width).toBe(0);
  });

  it("newer cuts older: but locked masks, to which it yields", () => {
    const resolved = resolveOverlaps("newer_cuts_older", newer, older);
    expect(drawn(resolved.newer[0])).toBe("..###...");
    expect(drawn(resolved.older.get("a"))).toBe("##......");
    expect(resolved.older.get("d")?.width).toBe(0);
    expect([...resolved.older.keys()]).toEqual(["a", "d"]);
  });

  it("an older mask gives up only what the newer one keeps", () => {
    const resolved = resolveOverlaps(
      "newer_cuts_older",
      [row("####....")],
      [locked("l", "##......"), free("a", ".###....")],
    );
    expect(drawn(resolved.newer[0])).toBe("..##....");
    expect(drawn(resolved.older.get("a"))).toBe(".#......");
  });

  it("several newer masks together cut an older one once", () => {
    const resolved = resolveOverlaps(
      "newer_cuts_older",
      [row("##......"), row("....##..")],
      [free("a", "########")],
    );
    expect(drawn(resolved.older.get("a"))).toBe("..##..##");
  });
});
