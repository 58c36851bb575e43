import { describe, expect, it } from "vitest";
import {
  actualSize,
  centreOn,
  closeUp,
  fitView,
  isFarIn,
  keptInSight,
  panBy,
  smallestScale,
  toImage,
  toScreen,
  viewportRect,
  visiblePart,
  zoomAt,
} from "./view";

const image = { width: 800, height: 500 };
const screen = { width: 1000, height: 700 };

describe("view", () => {
  it("fits the whole image in the middle, and never blows a tiny one up without bound", () => {
    const view = fitView(image, screen);
    const start = toScreen(view, { x: 0, y: 0 });
    const end = toScreen(view, { x: 800, y: 500 });
    expect(start.x).toBeGreaterThanOrEqual(0);
    expect(end.x).toBeLessThanOrEqual(1000);
    expect(Math.abs(start.x - (1000 - end.x))).toBeLessThanOrEqual(1);
    expect(fitView({ width: 4, height: 4 }, screen).scale).toBe(4);
  });

  it("zooms so that what is under the pointer stays there", () => {
    let view = fitView(image, screen);
    const pointer = { x: 321, y: 456 };
    const before = toImage(view, pointer);
    for (let i = 0; i < 10; i++) view = zoomAt(view, 1.2, pointer, 0.1);
    const after = toImage(view, pointer);
    expect(Math.hypot(after.x - before.x, after.y - before.y) * view.scale).toBeLessThan(8);
    expect(view.scale).toBeGreaterThan(5);
  });

  it("zooms between limits, also from a view that is beyond them", () => {
    const least = smallestScale(image, screen);
    let view = fitView(image, screen);
    for (let i = 0; i < 60; i++) view = zoomAt(view, 0.8, { x: 0, y: 0 }, least);
    expect(view.scale).toBe(least);
    for (let i = 0; i < 99; i++) view = zoomAt(view, 1.3, { x: 0, y: 0 }, least);
    expect(view.scale).toBe(64);
  });

  it("shows one image pixel per screen pixel at actual size", () => {
    const view = actualSize(fitView(image, screen), screen);
    expect(view.scale).toBe(1);
    expect([view.x % 1, view.y % 1]).toEqual([0, 0]);
  });

  it("never loses the image when it is pushed away", () => {
    const view = panBy(fitView(image, screen), -9999, 9999, image, screen);
    const rect = viewportRect(view, { x: 0, y: 0, ...image });
    expect(rect.x + rect.width).toBeGreaterThan(60);
    expect(rect.y).toBeLessThan(700 - 60);
  });

  it("shows a mask close up with room around it, and a tiny one not absurdly large", () => {
    const mask = { x: 600, y: 50, width: 100, height: 60 };
    const view = closeUp(mask, screen);
    const start = toScreen(view, mask);
    const end = toScreen(view, { x: 700, y: 110 });
    expect(end.x - start.x).toBe(600);
    expect((start.x + end.x) / 2).toBeCloseTo(500, -1);
    expect((start.y + end.y) / 2).toBeCloseTo(350, -1);
    expect(closeUp({ x: 5, y: 5, width: 1, height: 1 }, screen).scale).toBe(16);
  });

  it("follows a place that leaves it, and stays where it is as long as that is in sight", () => {
    const near = zoomAt(fitView(image, screen), 5, { x: 500, y: 350 }, 0.1);
    const { x, y } = visiblePart(near, screen);
    const beside = { x: x - 30, y: y + 50 };
    const followed = keptInSight(near, beside, image, screen);
    expect(toScreen(followed, beside).x).toBeCloseTo(700 / 16, 0);
    expect(followed.y).toBe(near.y);
    expect(keptInSight(followed, beside, image, screen)).toBe(followed);
  });

  it("is far in above four times the fitted view, and can be brought elsewhere from there", () => {
    const fitted = fitView(image, screen);
    const middle = { x: 500, y: 350 };
    expect(isFarIn(zoomAt(fitted, 4, middle, 0.1), image, screen)).toBe(false);
    const near = zoomAt(fitted, 5, middle, 0.1);
    expect(isFarIn(near, image, screen)).toBe(true);
    const part = visiblePart(centreOn(near, { x: 200, y: 300 }, image, screen), screen);
    expect(part.x + part.width / 2).toBeCloseTo(200, 0);
    expect(part.y + part.height / 2).toBeCloseTo(300, 0);
    expect(part.width).toBeCloseTo(screen.width / near.scale, 5);
  });
});
