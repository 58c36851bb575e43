import { expect, it } from "vitest";
import { DEFAULT_FINISH, parseFinish } from "./finish";

it("keeps what was chosen", () => {
  const chosen = { specksPercent: 25, followEdges: false };
  expect(parseFinish(JSON.stringify(chosen))).toEqual(chosen);
});

it("replaces values that make no sense by the defaults, one by one", () => {
  for (const text of [null, "", "{", "7", "null"]) expect(parseFinish(text)).toEqual(DEFAULT_FINISH);
  for (const specksPercent of [-1, 51, 2.5, "10"])
    expect(parseFinish(JSON.stringify({ specksPercent, followEdges: false }))).toEqual({
      ...DEFAULT_FINISH,
      followEdges: false,
    });
});
