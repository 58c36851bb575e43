import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { APIRequestContext } from "@playwright/test";
import { Annotating, areaPx } from "./annotating";
import { expect, test } from "./fixtures";

const SAMPLES = resolve(__dirname, "../../samples");
const DOG = { x: 380, y: 300 }; // on dog.jpg, 800 x 534
const GROUND = { x: 60, y: 480 };
const POINT_PX = 400; // more than a point's mark covers

/** A sample photo under a name of its own, made another file by a comment behind its end. */
function photo(sample: string, name: string) {
  const bytes = readFileSync(join(SAMPLES, sample));
  return { name, mimeType: "image/jpeg", buffer: Buffer.concat([bytes, Buffer.from(name)]) };
}

async function savedPrompts(request: APIRequestContext, url: string, imageId: string) {
  const masks = await (await request.get(`${url}/api/images/${imageId}/masks`)).json();
  return (masks as { prompts: unknown }[]).map(({ prompts }) => prompts);
}

test("three candidates answer the first click: shown with their fit, cycled by Tab, the chosen one is saved", async ({
  page,
  server,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("dog.jpg", "candidates.jpg"));
  await at.clickAndSee(DOG);
  const buttons = page.getByRole("group", { name: "Candidates" }).getByRole("button");
  await expect(buttons).toHaveCount(3);
  for (const name of ["Whole", "Part", "Subpart"])
    await expect(page.getByRole("button", { name: new RegExp(`^${name}, fit \\d+ %`) })).toBeVisible();
  const chosen = () => buttons.evaluateAll((all) => all.findIndex((one) => one.ariaPressed === "true"));

  const seen = new Map<number, Buffer>();
  for (let step = 0; step < 3; step++) {
    seen.set(await chosen(), await at.drawn());
    await page.keyboard.press("Tab");
  }
  expect([...seen.keys()].sort()).toEqual([0, 1, 2]);
  const areas = [0, 1, 2].map((index) => areaPx(seen.get(index) as Buffer));
  expect(areas).toEqual([...areas].sort((a, b) => b - a));
  expect((await at.drawn()).equals(seen.get(await chosen()) as Buffer)).toBe(true);

  await buttons.nth(1).click();
  expect((await at.drawn()).equals(seen.get(1) as Buffer)).toBe(true);
  await page.keyboard.press("Control+z");
  expect(await chosen()).not.toBe(1);
  await page.keyboard.press("Control+Shift+z");
  const part = await at.drawn();
  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");
  expect(await savedPrompts(request, server.url, at.imageId)).toMatchObject([{ candidate: 1, box: null }]);
  expect((await at.exported())[0]?.equals(part)).toBe(true);
  await expect(buttons).toHaveCount(0);
});

test("a box, by its tool and by dragging, alone and with a point", async ({ page, server, request }) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("dog.jpg", "box.jpg"));
  const before = await at.drawn();
  await at.drag(
    [
      { x: 180, y: 60 },
      { x: 560, y: 500 },
    ],
    { steps: 8 },
  );
  await expect.poll(async () => (await at.drawn()).equals(before)).toBe(false);
  const boxed = await at.drawn();
  await expect(page.getByRole("group", { name: "Candidates" })).toHaveCount(0);
  await at.clickAndSee(GROUND, { button: "right" });
  const corrected = await at.drawn();
  await page.keyboard.press("Control+z");
  expect((await at.drawn()).equals(boxed)).toBe(true);
  await page.keyboard.press("Control+z");
  expect((await at.drawn()).equals(before)).toBe(true);

  await page.keyboard.press("w");
  await at.drag(
    [
      { x: 180, y: 60 },
      { x: 560, y: 500 },
    ],
    { steps: 8 },
  );
  await expect.poll(async () => (await at.drawn()).equals(boxed)).toBe(true);
  await page.keyboard.press("c");
  await at.clickAndSee(GROUND, { button: "right" });
  expect((await at.drawn()).equals(corrected)).toBe(true);
  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");
  expect(await savedPrompts(request, server.url, at.imageId)).toMatchObject([
    { box: [180, 60, 561, 501], candidate: null, points: [{ ...GROUND, label: 0 }] },
  ]);
});

test("points are dragged to another place and removed one by one", async ({ page, server }) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("dog.jpg", "points.jpg"));
  await at.clickAndSee(DOG);
  const first = await at.drawn();
  await at.clickAndSee(GROUND, { button: "right" });
  await at.clickAndSee({ x: 420, y: 150 });
  const three = await at.drawn();

  await at.drag([GROUND, { x: 700, y: 80 }], { steps: 8 });
  await expect.poll(async () => (await at.drawn()).equals(three)).toBe(false);
  await page.keyboard.press("Control+z");
  expect((await at.drawn()).equals(three)).toBe(true);

  await at.click(GROUND, { button: "right" });
  await expect.poll(async () => (await at.drawn()).equals(three)).toBe(false);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  expect((await at.drawn()).equals(first)).toBe(true);
  await at.click(DOG, { button: "right" });
  expect(areaPx(await at.drawn())).toBe(0);
});

test("the mask of the next click is shown while the pointer moves, and H turns that off", async ({
  page,
  server,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("dog.jpg", "preview.jpg"));
  const preview = () => at.previewed();
  expect(areaPx(await preview())).toBe(0);
  await at.hover(DOG);
  await expect.poll(async () => areaPx(await preview())).toBeGreaterThan(1000);
  const promised = await preview();
  expect(areaPx(await at.drawn())).toBe(0);
  await at.hover(GROUND);
  await expect.poll(async () => (await preview()).equals(promised)).toBe(false);

  await at.hover(DOG);
  await expect.poll(async () => (await preview()).equals(promised)).toBe(true);
  await at.clickAndSee(DOG);
  expect(areaPx(await preview())).toBeLessThan(POINT_PX);
  const given = await at.drawn();
  const both = given.filter((value, i) => value & (promised[i] as number)).length;
  const either = given.filter((value, i) => value | (promised[i] as number)).length;
  expect(both / either).toBeGreaterThan(0.9);

  await page.keyboard.press("Escape");
  await page.keyboard.press("h");
  await at.hover(GROUND);
  await at.hover({ x: DOG.x + 2, y: DOG.y });
  await page.waitForTimeout(500);
  expect(areaPx(await preview())).toBe(0);
});

test("undo and redo go on after a reload, strokes and candidates included", async ({ page, server }) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("dog.jpg", "history.jpg"));
  const states = [await at.drawn()];
  const note = async () => states.push(await at.drawn());
  await at.clickAndSee(DOG);
  await note();
  await page.keyboard.press("Tab");
  await note();
  await at.stroke("b", { x: 30, y: 40 }, { x: 150, y: 60 });
  await note();
  await at.clickAndSee({ x: 700, y: 80 }, { button: "right" });
  await note();
  await at.stroke("e", { x: 30, y: 40 }, { x: 80, y: 60 });
  await note();
  await page.keyboard.press("Control+z");
  await at.kept(2);
  await page.waitForTimeout(300); // the page keeps its last change 100 ms after it
  await page.reload();
  await at.ready();

  await page.keyboard.press("Control+Shift+z");
  expect((await at.drawn()).equals(states.at(-1) as Buffer)).toBe(true);
  for (const state of states.slice(0, -1).reverse()) {
    await page.keyboard.press("Control+z");
    expect((await at.drawn()).equals(state)).toBe(true);
  }
  for (const state of states.slice(1)) {
    await page.keyboard.press("Control+y");
    expect((await at.drawn()).equals(state)).toBe(true);
  }
});
