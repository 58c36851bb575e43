import { expect, it } from "vitest";
import { maskBounds } from "./bounds";
import { ADDED, createLayers, ERASED } from "./layers";
import { paintLine, startStroke } from "./paint";
import { EMPTY_RECT } from "./rect";

it("the smallest rectangle around a mask knows what was erased again", () => {
  const layers = createLayers(20, 12);
  expect(maskBounds(layers)).toEqual(EMPTY_RECT);
  paintLine(layers, startStroke(ADDED), { x: 3.5, y: 4.5 }, { x: 15.5, y: 4.5 }, 1);
  expect(maskBounds(layers)).toEqual({ x: 3, y: 4, width: 13, height: 1 });
  paintLine(layers, startStroke(ERASED), { x: 10.5, y: 4.5 }, { x: 15.5, y: 4.5 }, 1);
  expect(maskBounds(layers)).toEqual({ x: 3, y: 4, width: 7, height: 1 });
  paintLine(layers, startStroke(ERASED), { x: 3.5, y: 4.5 }, { x: 15.5, y: 4.5 }, 1);
  expect(maskBounds(layers)).toEqual(EMPTY_RECT);
});
