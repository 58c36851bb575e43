import type { Page } from "@playwright/test";
import { Annotating } from "./annotating";
import { expect, test } from "./fixtures";
import { photo } from "./pictures";

const WIDTH = 600;
const HEIGHT = 440;
const IN_DISC = { x: 300, y: 220 };
const ON_GROUND = { x: 60, y: 60 };
/** Ground that the settings do not lie over. */
const BESIDE = { x: 540, y: 200 };

type Rgb = [red: number, green: number, blue: number];

/** Where a pixel of the image is on the page. */
async function placeOf(page: Page, { x, y }: { x: number; y: number }): Promise<{ x: number; y: number }> {
  const canvas = page.getByTestId("canvas");
  const box = await canvas.boundingBox();
  if (!box) throw new Error("there is no canvas");
  const [scale, left, top] = await viewOf(page);
  return { x: box.x + (x + 0.5) * scale + left, y: box.y + (y + 0.5) * scale + top };
}

async function viewOf(page: Page): Promise<[scale: number, left: number, top: number]> {
  const view = await page.getByTestId("canvas").getAttribute("data-view");
  return (view ?? "").split(" ").map(Number) as [number, number, number];
}

/** The colour that a person sees at a pixel of the image, with all that the browser lays over it. */
async function seen(page: Page, at: { x: number; y: number }): Promise<Rgb> {
  const { x, y } = await placeOf(page, at);
  const clip = { x: Math.floor(x), y: Math.floor(y), width: 1, height: 1 };
  const png = (await page.screenshot({ clip })).toString("base64");
  return page.evaluate(async (png) => {
    const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    return [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3) as Rgb;
  }, png);
}

async function slide(page: Page, name: string, key: string, times: number): Promise<void> {
  await page.getByRole("slider", { name }).focus();
  for (let i = 0; i < times; i++) await page.keyboard.press(key);
}

test("the picture is adjusted for the eye alone, and stays so after a reload", async ({ page, server }) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("adjusted.png", 221, WIDTH, HEIGHT));
  await at.stroke("b", { x: 20, y: 400 }, { x: 120, y: 420 });
  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");
  const [before] = await at.exported();
  const disc = await seen(page, IN_DISC);
  const ground = await seen(page, BESIDE);

  await page.keyboard.press("j");
  await slide(page, "Brightness", "ArrowRight", 20);
  const lighter = ground.map((value) => Math.min(255, value + 25));
  const farFromLighter = async () =>
    Math.max(...(await seen(page, BESIDE)).map((value, i) => Math.abs(value - (lighter[i] as number))));
  await expect.poll(farFromLighter).toBeLessThan(2);

  await slide(page, "Contrast", "ArrowLeft", 30);
  await slide(page, "Gamma", "ArrowRight", 8);
  await page.getByText("Red", { exact: true }).click();
  await expect.poll(async () => new Set(await seen(page, IN_DISC)).size).toBe(1);
  const grey = await seen(page, IN_DISC);

  // Esc closes the settings and nothing else: the mask that is begun now stays.
  await page.keyboard.press("Escape");
  await expect(page.getByRole("slider", { name: "Gamma" })).toBeHidden();
  await at.stroke("b", { x: 500, y: 40 }, { x: 560, y: 90 });
  await at.accept(2);
  await expect(at.saveState).toHaveText("All saved");
  const drawn = await at.drawn();
  const after = await at.exported();
  expect(after).toHaveLength(2);
  expect(after.some((mask) => mask.equals(before as Buffer))).toBe(true);
  for (const mask of after) expect(mask.every((value, i) => value === 0 || drawn[i] === 1)).toBe(true);

  await page.reload();
  await at.ready();
  await expect.poll(() => seen(page, IN_DISC)).toEqual(grey);
  await page.keyboard.press("j");
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await expect.poll(() => seen(page, IN_DISC)).toEqual(disc);
});

test("outlines only, tint and spotlight change what is shown of the masks", async ({ page, server }) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("shown.png", 222, WIDTH, HEIGHT));
  const ground = await seen(page, ON_GROUND);
  const disc = await seen(page, IN_DISC);
  await at.clickAndSee(IN_DISC);
  const tinted = await seen(page, { x: 310, y: 230 });
  expect(tinted).not.toEqual(disc);

  await page.keyboard.press("o");
  await expect.poll(() => seen(page, { x: 310, y: 230 })).toEqual(disc);
  await expect(page.getByTestId("canvas")).toBeVisible();
  const outline = await at.drawn();
  expect(outline.some((value) => value === 1)).toBe(true);
  await page.keyboard.press("o");
  await expect.poll(() => seen(page, { x: 310, y: 230 })).toEqual(tinted);

  const sum = (colour: Rgb) => colour[0] + colour[1] + colour[2];
  await page.keyboard.press("k");
  await expect.poll(async () => sum(await seen(page, ON_GROUND))).toBeLessThan(0.5 * sum(ground));
  expect(await seen(page, { x: 310, y: 230 })).toEqual(tinted);
  // Nothing is in the making or selected any more: nothing is dimmed.
  await page.keyboard.press("Escape");
  await expect.poll(() => seen(page, ON_GROUND)).toEqual(ground);
  await page.keyboard.press("k");

  await at.clickAndSee(IN_DISC);
  await page.keyboard.press("j");
  await slide(page, "Tint", "Home", 1);
  await page.keyboard.press("Escape");
  await expect.poll(() => seen(page, { x: 310, y: 230 })).toEqual(disc);
});

test("how clicked masks are finished is chosen, seen at once and kept", async ({ page, server }) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("finished.png", 228, WIDTH, HEIGHT));
  await at.clickAndSee(IN_DISC);
  const followed = await at.drawn();
  await page.keyboard.press("j");
  const followEdges = page.getByRole("switch", { name: "Follow edges in the picture" });
  await followEdges.press("Space");
  await expect.poll(async () => followed.equals(await at.drawn())).toBe(false);
  await followEdges.press("Space");
  await expect.poll(async () => followed.equals(await at.drawn())).toBe(true);

  await expect(page.getByText("Below 10 %")).toBeVisible();
  await slide(page, "Remove specks and holes", "Home", 1);
  await page.keyboard.press("Escape");
  await page.reload();
  await at.ready();
  await page.keyboard.press("j");
  await expect(page.getByText("Off", { exact: true })).toBeVisible();
  await expect(followEdges).toBeChecked();
});

test("Z goes to the mask; far in, a minimap shows the place and moves the view", async ({ page, server }) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("far.png", 223, WIDTH, HEIGHT));
  // The notice on what was imported would lie over the minimap.
  await page.reload();
  await at.ready();
  const minimap = page.getByTestId("minimap");
  await expect(minimap).toBeHidden();
  await page.keyboard.press("z");
  await expect(page.getByText("Make a mask or select one in the list first.")).toBeVisible();

  await at.stroke("b", { x: 500, y: 380 }, { x: 520, y: 380 });
  await page.keyboard.press("z");
  await expect.poll(async () => (await viewOf(page))[0]).toBeGreaterThan(4);
  const canvas = await page.getByTestId("canvas").boundingBox();
  if (!canvas) throw new Error("there is no canvas");
  const mask = await placeOf(page, { x: 510, y: 380 });
  expect(Math.abs(mask.x - (canvas.x + canvas.width / 2))).toBeLessThan(20);
  expect(Math.abs(mask.y - (canvas.y + canvas.height / 2))).toBeLessThan(20);
  await expect(minimap).toBeVisible();

  const map = await minimap.boundingBox();
  const part = await page.getByTestId("minimap-part").boundingBox();
  if (!map || !part) throw new Error("there is no minimap");
  expect((part.x + part.width / 2 - map.x) / map.width).toBeCloseTo(510 / WIDTH, 1);
  await page.mouse.move(map.x + 0.9 * map.width, map.y + 0.9 * map.height);
  await page.mouse.down();
  await page.mouse.move(map.x + 0.25 * map.width, map.y + 0.5 * map.height, { steps: 4 });
  await page.mouse.up();
  const farFromMiddle = async () => {
    const { x, y } = await placeOf(page, { x: 0.25 * WIDTH, y: 0.5 * HEIGHT });
    return Math.hypot(x - (canvas.x + canvas.width / 2), y - (canvas.y + canvas.height / 2));
  };
  await expect.poll(farFromMiddle).toBeLessThan(40);

  const [, left] = await viewOf(page);
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await viewOf(page))[1]).toBeLessThan(left);
  await page.keyboard.press("0");
  await expect(minimap).toBeHidden();
});

test("a wheel zooms, two fingers move, a pinch zooms with the brush too", async ({ page, server }) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("wheel.png", 224, WIDTH, HEIGHT));
  const place = await placeOf(page, IN_DISC);
  await page.mouse.move(place.x, place.y);
  const [, left, top] = await viewOf(page);
  await page.mouse.wheel(7, 12);
  await expect.poll(() => viewOf(page)).toEqual([1, left - 7, top - 12]);
  await page.waitForTimeout(400); // until another movement of the hand can begin
  await page.mouse.wheel(0, -120);
  await expect.poll(async () => (await viewOf(page))[0]).toBeGreaterThan(1.1);

  await page.keyboard.press("b");
  const size = page.getByLabel("Brush size in image pixels");
  const before = await size.textContent();
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -120);
  await page.keyboard.up("Control");
  await expect(size).not.toHaveText(before ?? "");
  const changed = await size.textContent();
  const [scale] = await viewOf(page);
  // What a browser makes of a pinch: Ctrl that no keyboard has sent.
  await at.canvas.dispatchEvent("wheel", {
    deltaY: -10,
    ctrlKey: true,
    bubbles: true,
    clientX: 400,
    clientY: 400,
  });
  await expect.poll(async () => (await viewOf(page))[0]).toBeCloseTo(scale * Math.exp(0.1), 5);
  await expect(size).toHaveText(changed ?? "");
});

test("a key is changed, takes another action's place, and still acts after a reload", async ({
  page,
  server,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("keys.png", 225, WIDTH, HEIGHT));
  const tool = (name: string) =>
    page.getByRole("toolbar", { name: "Tools" }).getByRole("button", { name, exact: true });
  await page.keyboard.press("?");
  await page.getByRole("button", { name: /change this key of Brush$/ }).click();
  await page.keyboard.press("F2");
  await expect(page.getByRole("button", { name: "F2: change this key of Brush" })).toBeFocused();

  // E is the eraser's: the page says so, and the person decides.
  await page.keyboard.press("Enter");
  await page.keyboard.press("e");
  await expect(page.getByText("E is a key of “Eraser”.")).toBeVisible();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("button", { name: "Add a key for Brush" }).click();
  await page.keyboard.press("e");
  await page.getByRole("button", { name: "Use it here instead" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();

  await page.reload();
  await at.ready();
  await page.keyboard.press("b");
  await expect(tool("Click")).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("F2");
  await expect(tool("Brush")).toHaveAttribute("aria-pressed", "true");
  await expect(tool("Brush")).toHaveAttribute("aria-keyshortcuts", "F2 e");
  await page.keyboard.press("c");
  await page.keyboard.press("e");
  await expect(tool("Brush")).toHaveAttribute("aria-pressed", "true");

  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Reset all keys" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("e");
  await expect(tool("Eraser")).toHaveAttribute("aria-pressed", "true");
});

test("the tour goes along with the first mask, once, and again when asked for", async ({ page, server }) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("tour.png", 226, WIDTH, HEIGHT));
  const tour = page.getByRole("region", { name: "First steps" });
  await expect(tour).toBeHidden();
  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Show the tour" }).click();
  await expect(page.getByRole("dialog")).toBeHidden(); // until then it would take the click
  await expect(tour).toContainText("Click an object");
  await at.clickAndSee(IN_DISC);
  await expect(tour).toContainText("Right-click what does not belong");
  await at.clickAndSee(ON_GROUND, { button: "right" });
  await expect(tour).toContainText("Enter accepts the mask");
  await at.accept(1);
  await expect(tour).toContainText("D goes to the next image");
  await tour.getByRole("button", { name: "Done" }).click();
  await expect(tour).toBeHidden();

  // Somebody who has never been here sees it by itself.
  const context = await page.context().browser()?.newContext();
  if (!context) throw new Error("the browser opens no other window");
  await server.join(context.request, "Newcomer");
  const newcomer = await context.newPage();
  await newcomer.goto(page.url());
  const first = newcomer.getByRole("region", { name: "First steps" });
  await expect(first).toContainText("Click an object", { timeout: 60_000 });
  await first.getByRole("button", { name: "Skip the tour" }).click();
  await newcomer.reload();
  await expect(newcomer.getByTestId("annotator")).toHaveAttribute("data-decoder", "ready", {
    timeout: 60_000,
  });
  await expect(first).toBeHidden();
  await context.close();
});
