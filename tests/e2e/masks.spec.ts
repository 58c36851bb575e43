import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { Annotating, areaPx, savedMasks, union } from "./annotating";
import { expect, test } from "./fixtures";
import { photo } from "./pictures";

const WIDTH = 600;
const HEIGHT = 440;
const ROW_GAP = 10;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Paints a block with the brush and accepts it as the image's mask number `count`. */
async function paint(at: Annotating, box: Box, count: number): Promise<void> {
  const rows = Math.ceil(box.height / ROW_GAP);
  const places = Array.from({ length: rows }, (_, row) => {
    const y = box.y + row * ROW_GAP;
    const ends = [
      { x: box.x, y },
      { x: box.x + box.width, y },
    ];
    return row % 2 === 0 ? ends : ends.reverse();
  }).flat();
  await at.stroke("b", ...(places as [Box, ...Box[]]));
  await at.accept(count);
}

const selected = (page: Page) => page.locator("[data-mask-id][data-selected=true]");
const row = (page: Page, number: number) => page.locator("[data-mask-id]").nth(number - 1);
const rowButton = (page: Page, number: number) => row(page, number).getByRole("button").first();
const locked = (page: Page, number: number) => row(page, number).getByLabel("locked", { exact: true });

/** Locks the selected mask, and waits until the server has that. */
async function lock(at: Annotating, number: number): Promise<void> {
  await at.page.keyboard.press("Shift+L");
  await expect(locked(at.page, number)).toBeVisible();
  await expect(at.saveState).toHaveText("All saved");
}

const LARGE = { x: 100, y: 80, width: 300, height: 200 };
const SMALL = { x: 200, y: 140, width: 60, height: 40 };
const IN_SMALL = { x: 230, y: 160 };
const IN_LARGE = { x: 120, y: 250 };

test("masks are selected in the picture, the smallest first, hidden, locked and deleted; all over a reload", async ({
  page,
  server,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("select.png", 121, WIDTH, HEIGHT));
  await paint(at, LARGE, 1);
  await paint(at, SMALL, 2);
  const both = await at.drawn();

  await page.keyboard.press("t");
  await at.click(IN_SMALL);
  await expect(selected(page)).toHaveText(/Mask 2/);
  await at.click(IN_SMALL);
  await expect(selected(page)).toHaveText(/Mask 1/);
  await at.click(IN_SMALL);
  await expect(selected(page)).toHaveText(/Mask 2/);
  await at.click(IN_LARGE);
  await expect(selected(page)).toHaveText(/Mask 1/);
  await at.click({ x: 20, y: 20 });
  await expect(selected(page)).toHaveCount(0);
  await page.keyboard.press("c");
  await at.click(IN_SMALL, { key: "Control" });
  await expect(selected(page)).toHaveText(/Mask 2/);
  await expect(page.getByRole("button", { name: /^Accept/ })).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(selected(page)).toHaveCount(0);

  // Hidden masks are out of the pointer's way as well.
  await rowButton(page, 1).click();
  await page.keyboard.press("Shift+V");
  await expect.poll(async () => areaPx(await at.drawn())).toBeLessThan(areaPx(both) / 2);
  await page.reload();
  await at.ready();
  expect(areaPx(await at.drawn())).toBeLessThan(areaPx(both) / 2);
  await at.click(IN_LARGE, { key: "Control" });
  await expect(selected(page)).toHaveCount(0);
  await row(page, 1).hover();
  await page.getByRole("button", { name: "Show mask 1" }).click();
  await at.shows(both);

  await rowButton(page, 1).click();
  await lock(at, 1);
  await page.keyboard.press("Delete");
  await expect(page.getByText("Mask 1 is locked. Unlock first")).toBeVisible();
  await page.reload();
  await at.ready();
  await expect(locked(page, 1)).toBeVisible();
  await row(page, 1).hover();
  await page.getByRole("button", { name: "Unlock mask 1" }).click();
  await expect(locked(page, 1)).toBeHidden();

  await rowButton(page, 1).click();
  await rowButton(page, 2).click({ modifiers: ["Control"] });
  await page.keyboard.press("Delete");
  await expect(page.getByTestId("mask-count")).toHaveText("0");
  await expect.poll(async () => (await savedMasks(request, server.url, at.imageId)).length).toBe(0);
  await page.getByText("2 masks deleted").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByTestId("mask-count")).toHaveText("2");
  await expect(at.saveState).toHaveText("All saved");
  await page.reload();
  await at.ready();
  await at.shows(both);
  expect((await savedMasks(request, server.url, at.imageId)).map(({ version }) => version)).toEqual([5, 3]);
});

test("what was done to saved masks is taken back and done again by key, also after a reload", async ({
  page,
  server,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("history.png", 129, WIDTH, HEIGHT));
  const count = page.getByTestId("mask-count");
  await paint(at, LARGE, 1);
  const large = await at.drawn();
  await paint(at, { ...SMALL, x: 480 }, 2);
  const both = await at.drawn();
  await rowButton(page, 1).click();
  await lock(at, 1);
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+z");
  await expect(page.getByText("Taken back: Mask 1 locked.")).toBeVisible();
  await expect(locked(page, 1)).toBeHidden();
  await page.keyboard.press("Control+z");
  await expect(count).toHaveText("1");
  await at.shows(large);
  await page.reload();
  await at.ready();
  await page.keyboard.press("Control+z");
  await expect(count).toHaveText("0");
  for (const masks of ["1", "2"]) {
    await page.keyboard.press("Control+Shift+z");
    await expect(count).toHaveText(masks);
  }
  await at.shows(both);

  // A mask in the making comes first, and what was taken back before it is not done again.
  await page.keyboard.press("Control+z");
  await expect(count).toHaveText("1");
  await at.stroke("b", { x: 40, y: 40 }, { x: 90, y: 40 });
  await page.keyboard.press("Control+z");
  await at.shows(large);
  await page.keyboard.press("Control+Shift+z");
  await page.keyboard.press("Escape");
  await expect(count).toHaveText("1");
  await page.keyboard.press("Control+Shift+z");
  await expect(page.getByText("There is nothing to redo.")).toBeVisible();
  await expect(at.saveState).toHaveText("All saved");
  expect(await savedMasks(request, server.url, at.imageId)).toMatchObject([{ locked: false }]);
});

test("masks are merged, split and copied to the next image, and each of it can be taken back", async ({
  page,
  server,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("relations.png", 122, WIDTH, HEIGHT));
  const first = at.imageId;
  await Annotating.importAndOpen(page, server.url, photo("relations-next.png", 123, WIDTH, HEIGHT));
  const next = at.imageId;
  await Annotating.importAndOpen(page, server.url, photo("relations-other.png", 124, 320, 240));
  await page.goto(`${server.url}/images/${first}`);
  await at.ready();

  await paint(at, SMALL, 1);
  await paint(at, { ...SMALL, x: 400 }, 2);
  await expect(at.saveState).toHaveText("All saved");
  const both = await at.drawn();
  const areas = (await savedMasks(request, server.url, first)).map(({ area_px }) => area_px);

  await rowButton(page, 1).click();
  await page.keyboard.press("m");
  await expect(page.getByText("Select two masks or more")).toBeVisible();
  await rowButton(page, 2).click({ modifiers: ["Shift"] });
  await page.keyboard.press("m");
  await expect(page.getByTestId("mask-count")).toHaveText("1");
  await expect(at.saveState).toHaveText("All saved");
  const [merged] = await savedMasks(request, server.url, first);
  expect(merged).toMatchObject({ source: "merged", area_px: areas.reduce((sum, area) => sum + area) });
  await page.getByText("2 masks merged").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByTestId("mask-count")).toHaveText("2");

  await page.getByRole("button", { name: "Mask 1", exact: false }).first().click();
  await rowButton(page, 2).click({ modifiers: ["Shift"] });
  await page.keyboard.press("m");
  await expect(page.getByTestId("mask-count")).toHaveText("1");
  await page.keyboard.press("u");
  await expect(page.getByTestId("mask-count")).toHaveText("2");
  await expect(selected(page)).toHaveCount(2);
  await expect(at.saveState).toHaveText("All saved");
  await page.reload();
  await at.ready();
  await at.shows(both);
  const split = await savedMasks(request, server.url, first);
  expect(split.map(({ source, area_px }) => [source, area_px])).toEqual(
    areas.toSorted((a, b) => b - a).map((area) => ["split", area]),
  );

  await rowButton(page, 1).click();
  await page.keyboard.press("u");
  await expect(page.getByText("This mask is in one piece.")).toBeVisible();
  await rowButton(page, 2).click({ modifiers: ["Control"] });
  await page.keyboard.press("Shift+D");
  await expect(page.getByText("2 masks copied to the next image.")).toBeVisible();
  await page.keyboard.press("d");
  await expect(page).toHaveURL(new RegExp(next));
  await at.ready();
  await expect(page.getByTestId("mask-count")).toHaveText("2");
  await at.shows(both);
  await expect(at.saveState).toHaveText("All saved");
  expect((await savedMasks(request, server.url, next)).map(({ source }) => source)).toEqual([
    "copied",
    "copied",
  ]);

  await rowButton(page, 1).click();
  await page.keyboard.press("Shift+D");
  await expect(page.getByText("The next image has 320 × 240 pixels and this one 600 × 440")).toBeVisible();
});

test("labels come from the settings, colour their masks, and are the export's categories", async ({
  page,
  ownServer,
  request,
}) => {
  await page.goto(`${ownServer.url}/images`);
  await page.getByRole("button", { name: "Project settings" }).click();
  await page.getByRole("button", { name: "Add a label" }).click();
  await page.keyboard.type("Cat");
  await page.getByRole("button", { name: "Add a label" }).click();
  await page.keyboard.type("cat");
  await expect(page.getByText("Two labels are called Cat.")).toBeVisible();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Dog");
  await page.getByLabel("Guidelines").fill("Whole animals, with their tails.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();

  const at = await Annotating.importAndOpen(page, ownServer.url, photo("labels.png", 125, WIDTH, HEIGHT));
  await paint(at, SMALL, 1);
  await page.keyboard.press("Alt+2");
  await expect(page.getByRole("button", { name: "New masks: Dog" })).toBeVisible();
  await paint(at, { ...SMALL, x: 400 }, 2);
  await expect(row(page, 2)).toContainText("Dog 2");
  await page.keyboard.press("Alt+0");
  await paint(at, { ...SMALL, y: 300 }, 3);
  await rowButton(page, 1).click();
  await page.keyboard.press("Alt+1");
  await expect(row(page, 1)).toContainText("Cat 1");
  await expect(at.saveState).toHaveText("All saved");
  await page.reload();
  await at.ready();
  await expect(page.locator("[data-mask-id]")).toHaveText([/Cat 1/, /Dog 2/, /Mask 3/]);

  // A further version, as the mask had none before; the others are as they were made.
  const saved = await savedMasks(request, ownServer.url, at.imageId);
  expect(saved.map(({ version }) => version)).toEqual([2, 1, 1]);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const coco = JSON.parse(readFileSync(await (await download).path(), "utf8")) as {
    categories: { id: number; name: string }[];
    annotations: { category_id: number; maskloop_id: string }[];
  };
  const names = new Map(coco.categories.map(({ id, name }) => [id, name]));
  const labelled = new Map(
    coco.annotations.map(({ category_id, maskloop_id }) => [maskloop_id, names.get(category_id)]),
  );
  expect(saved.map(({ id }) => labelled.get(id))).toEqual(["Cat", "Dog", "object"]);

  // A label that masks have stays.
  await page.getByRole("link", { name: "All images" }).click();
  await page.getByRole("button", { name: "Project settings" }).click();
  await page.getByRole("button", { name: "Remove label 1" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("1 mask has the label Cat")).toBeVisible();
});

test("a label is deleted before its mask arrives: pages learn it, and the mask is kept", async ({
  page,
  ownServer,
  request,
  context,
}) => {
  const label = (labels: object[]) => request.patch(`${ownServer.url}/api/project`, { data: { labels } });
  await label([{ id: "0196a000-0000-7000-8000-00000000000c", name: "Cat", colour: "#e69f00" }]);
  const at = await Annotating.importAndOpen(page, ownServer.url, photo("gone.png", 127, WIDTH, HEIGHT));
  await page.keyboard.press("Alt+1");
  await expect(page.getByRole("button", { name: "New masks: Cat" })).toBeVisible();
  await context.setOffline(true);
  await paint(at, SMALL, 1);
  await expect(at.saveState).toHaveText("1 waiting for the server");
  await label([]);
  await context.setOffline(false);
  await expect(at.saveState).toHaveText("1 refused by the server");
  await expect(page.getByRole("button", { name: "New masks: Cat" })).toBeHidden();

  await at.saveState.click();
  await expect(page.getByText("The label of a mask was deleted meanwhile.")).toBeVisible();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(at.saveState).toHaveText("All saved");
  const saved = await savedMasks(request, ownServer.url, at.imageId);
  expect(saved.map(({ label_id }) => label_id)).toEqual([null]);
});

test("masks that meet: the newer one is cut, or cuts the older ones, also without the server", async ({
  page,
  ownServer,
  request,
  context,
}) => {
  const rule = (overlap_rule: string) =>
    request.patch(`${ownServer.url}/api/project`, { data: { overlap_rule } });
  await rule("newer_is_cut");
  const at = await Annotating.importAndOpen(page, ownServer.url, photo("overlap.png", 126, WIDTH, HEIGHT));
  await paint(at, LARGE, 1);
  const large = await at.drawn();
  await paint(at, { ...LARGE, x: 300 }, 2);
  await expect(at.saveState).toHaveText("All saved");
  const two = await at.drawn();
  const [first, second] = await at.exported();
  expect(first?.equals(large)).toBe(true);
  expect(areaPx(first as Buffer) + areaPx(second as Buffer)).toBe(areaPx(two));

  await at.stroke("b", { x: SMALL.x, y: SMALL.y }, { x: SMALL.x + SMALL.width, y: SMALL.y });
  await page.keyboard.press("Enter");
  await expect(page.getByText("Other masks cover all of it")).toBeVisible();
  await page.keyboard.press("Escape");

  await rule("newer_cuts_older");
  await page.reload();
  await at.ready();
  await rowButton(page, 2).click();
  await lock(at, 2);
  await context.setOffline(true);
  await paint(at, { x: 250, y: 120, width: 250, height: 60 }, 3);
  await expect(at.saveState).toHaveText("2 waiting for the server");
  await context.setOffline(false);
  await expect(at.saveState).toHaveText("All saved", { timeout: 60_000 });
  await page.reload();
  await at.ready();
  const masks = await at.exported();
  expect(masks).toHaveLength(3);
  expect(areaPx(masks[0] as Buffer)).toBeLessThan(areaPx(large));
  expect(masks[1]?.equals(second as Buffer)).toBe(true); // locked
  expect(masks.reduce((sum, mask) => sum + areaPx(mask), 0)).toBe(areaPx(union(masks)));
  await at.shows(union(masks));

  // An older mask that is covered wholly would be left with nothing.
  await paint(at, { x: 40, y: 380, width: 20, height: 10 }, 4);
  await paint(at, { x: 20, y: 360, width: 60, height: 50 }, 4);
  await page
    .getByText("A mask that the new one covers was deleted")
    .getByRole("button", { name: "Undo" })
    .click();
  await expect(page.getByTestId("mask-count")).toHaveText("5");
});

test("a mask changed elsewhere meanwhile is not overwritten, and the page says so", async ({
  page,
  server,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("conflict.png", 127, WIDTH, HEIGHT));
  await paint(at, SMALL, 1);
  await rowButton(page, 1).click();
  await lock(at, 1);
  // A program, say: this page is not told of it.
  const [mask] = await savedMasks(request, server.url, at.imageId);
  await request.delete(`${server.url}/api/masks/${mask?.id}`);
  await page.keyboard.press("Shift+L");
  await expect(at.saveState).toHaveText("1 refused by the server");
  await at.saveState.click();
  await expect(page.getByText("The mask was changed elsewhere meanwhile")).toBeVisible();
  await page.getByRole("button", { name: "Drop it" }).click();
  await expect(at.saveState).toHaveText("All saved");
  expect(await savedMasks(request, server.url, at.imageId)).toEqual([]);
});

test("a long list holds only the rows in view and scrolls to what is selected in the picture", async ({
  page,
  server,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("many.png", 128, WIDTH, HEIGHT));
  await paint(at, { x: 540, y: 400, width: 20, height: 10 }, 1);
  await expect(at.saveState).toHaveText("All saved");
  const [painted] = (await (
    await request.get(`${server.url}/api/images/${at.imageId}/masks`)
  ).json()) as Record<string, unknown>[];
  const { image_id, active_ms, source, model_id, predicted_iou, prompts } = painted as Record<
    string,
    unknown
  >;
  for (let number = 0; number < 300; number++) {
    // A column of the image each; ids that sort before that of the painted mask.
    const id = `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
    const rle = { size: [HEIGHT, WIDTH], counts: oneColumn(number) };
    const data = { image_id, active_ms, source, model_id, predicted_iou, prompts, rle };
    const answer = await request.put(`${server.url}/api/masks/${id}`, { data });
    expect(answer.status()).toBe(201);
  }
  await page.reload();
  await at.ready();
  await expect(page.getByTestId("mask-count")).toHaveText("301");
  expect(await page.locator("[data-mask-id]").count()).toBeLessThan(60);
  await expect(page.getByText("Mask 301")).toBeHidden();
  await at.click({ x: 550, y: 405 }, { key: "Control" });
  await expect(selected(page)).toHaveText(/Mask 301/);
  await expect(page.getByText("Mask 301")).toBeInViewport();

  await selected(page).getByRole("button").first().focus();
  await page.keyboard.press("Home");
  await expect(selected(page)).toHaveAttribute("data-index", "0");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(selected(page)).toHaveCount(3);
});

/** The compressed counts of a mask of one column of the image. */
function oneColumn(x: number): string {
  return [x * HEIGHT, HEIGHT, (WIDTH - x - 1) * HEIGHT].map(compressed).join("");
}

function compressed(run: number): string {
  let text = "";
  for (let rest = run, more = true; more; ) {
    const group = rest & 0x1f;
    rest >>= 5;
    more = group & 0x10 ? rest !== -1 : rest !== 0;
    text += String.fromCharCode(48 + (more ? group | 0x20 : group));
  }
  return text;
}
