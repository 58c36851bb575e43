import { describe, expect, it } from "vitest";
import { ADDED, ERASED } from "../masks/layers";
import { clickOutline, isClosable, type Outline, removeLastCorner, startOutline } from "./outline";

const A = { x: 10, y: 10 };
const B = { x: 90, y: 10 };
const C = { x: 50, y: 80 };

function polygon(...corners: Outline["corners"]): Outline {
  return { value: ADDED, corners, isFreehand: false };
}

describe("a polygon", () => {
  it("gets a corner with each click, and can be closed from three on", () => {
    const two = clickOutline(startOutline(A, false, false), B, 1) as Outline;
    expect(isClosable(two)).toBe(false);
    const three = clickOutline(two, C, 1) as Outline;
    expect(three).toEqual(polygon(A, B, C));
    expect(isClosable(three)).toBe(true);
  });

  it("is closed by a click on its first corner, however far it is zoomed", () => {
    const near = { x: 13, y: 14 };
    expect(clickOutline(polygon(A, B, C), near, 1)).toBe("close");
    expect(clickOutline(polygon(A, B, C), near, 0.25)).toEqual(polygon(A, B, C, near));
  });

  it("is closed by a double click", () => {
    expect(clickOutline(polygon(A, B, C), { x: 51, y: 80 }, 1)).toBe("close");
  });

  it("of one or two corners is neither closed nor changed by a double click", () => {
    expect(clickOutline(polygon(A), A, 1)).toEqual(polygon(A));
    expect(clickOutline(polygon(A, B), B, 1)).toEqual(polygon(A, B));
  });

  it("loses its corners one by one", () => {
    expect(removeLastCorner(polygon(A, B))).toEqual(polygon(A));
    expect(removeLastCorner(polygon(A))).toBeNull();
  });

  it("erases when it was started so", () => {
    expect(startOutline(A, true, false).value).toBe(ERASED);
  });
});
