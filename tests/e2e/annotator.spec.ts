import type { Route } from "@playwright/test";
import { Annotating, areaPx, savedMasks, union } from "./annotating";
import { expect, test } from "./fixtures";
import { photo } from "./pictures";

const WIDTH = 600;
const HEIGHT = 440;
const IN_DISC = { x: 300, y: 220 };
const ON_GROUND = { x: 60, y: 60 };

test("a photo becomes masks: click, correct, brush, erase, undo, accept, reload, export", async ({
  page,
  server,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("day.png", 101, WIDTH, HEIGHT));

  await at.clickAndSee(IN_DISC);
  await at.clickAndSee(ON_GROUND, { button: "right" });
  const clicked = await at.drawn();

  await at.stroke("b", { x: 20, y: 400 }, { x: 120, y: 420 }, { x: 180, y: 380 });
  const brushed = await at.drawn();
  expect(areaPx(brushed)).toBeGreaterThan(areaPx(clicked));
  await at.stroke("e", { x: 20, y: 400 }, { x: 60, y: 410 });
  const erased = await at.drawn();
  expect(areaPx(erased)).toBeLessThan(areaPx(brushed));

  await page.keyboard.press("Control+z");
  await at.shows(brushed);
  await page.keyboard.press("Control+z");
  await at.shows(clicked);
  await page.keyboard.press("Control+Shift+z");
  await page.keyboard.press("Control+y");
  await at.shows(erased);

  // A later click keeps what was painted.
  await at.clickAndSee({ x: 330, y: 200 });
  const final = await at.drawn();
  expect(final[420 * WIDTH + 120]).toBe(1);
  expect(final[400 * WIDTH + 20]).toBe(0);

  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");
  await at.shows(final);

  await at.stroke("b", { x: 500, y: 40 }, { x: 560, y: 90 });
  const both = await at.drawn();
  await at.accept(2);
  await expect(at.saveState).toHaveText("All saved");

  await page.reload();
  await at.ready();
  await expect(page.getByTestId("mask-count")).toHaveText("2");
  await at.shows(both);

  const exported = await at.exported();
  expect(exported).toHaveLength(2);
  expect(union(exported).equals(both)).toBe(true);
  expect(exported.some((mask) => mask.equals(final))).toBe(true);

  const [first, second] = await savedMasks(request, server.url, at.imageId);
  expect(first?.source).toBe("clicked_painted");
  expect(first?.prompts).toEqual({
    points: [
      { ...IN_DISC, label: 1 },
      { ...ON_GROUND, label: 0 },
      { x: 330, y: 200, label: 1 },
    ],
    box: null,
    candidate: null,
    strokes: { brush: 1, erase: 1 },
  });
  expect(first?.model_id).not.toBeNull();
  expect(first?.active_ms).toBeGreaterThan(0);
  expect(second?.source).toBe("painted");
  expect(second?.model_id).toBeNull();
});

test("right, Alt and Shift click mark background; Backspace takes back the last point, Esc all", async ({
  page,
  server,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("buttons.png", 102, WIDTH, HEIGHT));
  await at.clickAndSee(IN_DISC);
  await at.click({ x: 50, y: 60 }, { button: "right" });
  await at.click({ x: 60, y: 70 }, { key: "Alt" });
  await at.click({ x: 70, y: 80 }, { key: "Shift" });
  await at.click({ x: 310, y: 230 });
  await page.keyboard.press("Backspace");
  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");
  const [mask] = await savedMasks(request, server.url, at.imageId);
  expect(mask?.prompts.points.map(({ label }) => label)).toEqual([1, 0, 0, 0]);

  const withOne = await at.drawn();
  await at.clickAndSee({ x: 20, y: 20 });
  await page.keyboard.press("Escape");
  await at.shows(withOne);
});

test("the server goes away during a session: the work is kept, and saved once when it is back", async ({
  page,
  ownServer,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, ownServer.url, photo("outage.png", 103, WIDTH, HEIGHT));
  await at.clickAndSee(IN_DISC);
  await ownServer.pause();

  await at.clickAndSee(ON_GROUND, { button: "right" });
  await at.accept(1);
  await at.stroke("b", { x: 500, y: 40 }, { x: 560, y: 90 });
  await at.accept(2);
  await expect(at.saveState).toHaveText("2 waiting for the server");
  const drawn = await at.drawn();
  await at.click(IN_DISC); // a half-made mask as well

  // The list that the page asks for first is from before the masks are saved, and comes after that.
  let noteAsked = () => {};
  const isAsked = new Promise<void>((done) => {
    noteAsked = done;
  });
  await page.route("**/api/masks/*", (route) => isAsked.then(() => route.continue()));
  const savedBefore = async (route: Route) => {
    const answer = await route.fetch();
    noteAsked();
    await new Promise((done) => setTimeout(done, 2_000));
    await route.fulfill({ response: answer });
  };
  await ownServer.resume();
  await page.route(`**/images/${at.imageId}/masks`, savedBefore, { times: 1 });
  await page.reload();
  await expect(at.saveState).toHaveText("All saved", { timeout: 60_000 });
  await at.ready();
  await page.keyboard.press("Escape");
  await at.shows(drawn);
  const masks = await savedMasks(request, ownServer.url, at.imageId);
  expect(masks.map((mask) => mask.source)).toEqual(["clicked", "painted"]);
});

test("two tabs: what both did offline is saved once each, and both say so", async ({
  page,
  context,
  server,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("tabs.png", 109, WIDTH, HEIGHT));
  const other = new Annotating(await context.newPage());
  await other.page.goto(page.url());
  await other.ready();
  await context.setOffline(true);
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await at.accept(1);
  await expect(other.saveState).toHaveText("1 waiting for the server");
  await other.stroke("b", { x: 400, y: 100 }, { x: 500, y: 150 });
  await other.accept(2);
  await expect(at.saveState).toHaveText("2 waiting for the server");

  const sent: string[] = [];
  context.on("response", (answer) => {
    const isMask = answer.request().method() === "PUT" && answer.url().includes("/api/masks/");
    if (isMask) sent.push(answer.url());
  });
  await context.setOffline(false);
  for (const tab of [at, other]) {
    await expect(tab.saveState).toHaveText("All saved", { timeout: 60_000 });
    await expect(tab.page.getByTestId("mask-count")).toHaveText("2");
  }
  expect(await savedMasks(request, server.url, at.imageId)).toHaveLength(2);
  expect(sent).toHaveLength(2);
  expect(new Set(sent).size).toBe(2);
});

test("a half-made mask survives a reload and can still be undone click by click", async ({
  page,
  server,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("half.png", 104, WIDTH, HEIGHT));
  await at.clickAndSee(IN_DISC);
  const one = await at.drawn();
  await at.clickAndSee({ x: 60, y: 400 });
  const two = await at.drawn();
  await at.kept(2);
  await page.reload();
  await at.ready();
  await at.shows(two);
  await page.keyboard.press("Control+z");
  await at.shows(one);
});

test("without a pointer: points, a box and a polygon make masks that are saved", async ({
  page,
  server,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("keys.png", 110, WIDTH, HEIGHT));
  const { keyboard } = page;
  const pressAt = async (place: { x: number; y: number }, keys = "Space") => {
    await at.cursorTo(place);
    await keyboard.press(keys);
  };
  await keyboard.press("c");
  await keyboard.press("r");
  await pressAt(IN_DISC);
  await pressAt(ON_GROUND, "Shift+Space");
  await at.accept(1);

  await keyboard.press("p");
  for (const corner of [
    { x: 480, y: 40 },
    { x: 560, y: 40 },
    { x: 560, y: 120 },
  ])
    await pressAt(corner);
  await keyboard.press("Enter");
  await at.accept(2);

  await keyboard.press("w");
  await pressAt({ x: 190, y: 110 });
  await pressAt({ x: 410, y: 330 });
  await at.accept(3);
  await keyboard.press("r");
  await expect(page.getByTestId("cursor-place")).toBeHidden();

  await expect(at.saveState).toHaveText("All saved");
  const masks = await savedMasks(request, server.url, at.imageId);
  expect(masks.map(({ source, prompts }) => [source, prompts.points, prompts.box])).toEqual([
    [
      "clicked",
      [
        { ...IN_DISC, label: 1 },
        { ...ON_GROUND, label: 0 },
      ],
      null,
    ],
    ["painted", [], null],
    ["clicked", [], [190, 110, 411, 331]],
  ]);
});

test("an outline that is not closed yet survives a reload, with the tool to go on with", async ({
  page,
  server,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("corners.png", 111, WIDTH, HEIGHT));
  await at.clickAndSee(IN_DISC);
  const clicked = await at.drawn();
  await page.keyboard.press("p");
  await at.click({ x: 480, y: 40 });
  await at.click({ x: 560, y: 40 });
  await expect(page.getByRole("button", { name: "Close outline" })).toBeVisible();
  await page.reload();
  await at.ready();
  await at.click({ x: 560, y: 120 });
  await page.keyboard.press("Enter");
  const closed = await at.drawn();
  expect(areaPx(closed)).toBeGreaterThan(areaPx(clicked) + 2_800);
  expect(closed[60 * WIDTH + 550]).toBe(1);
  await page.keyboard.press("Control+z");
  await at.shows(clicked);
});

test("a deleted mask comes back with Undo", async ({ page, server, request }) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("deleted.png", 105, WIDTH, HEIGHT));
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");
  await page.getByRole("button", { name: "Delete mask 1" }).click();
  await expect(page.getByTestId("mask-count")).toHaveText("0");
  await expect.poll(async () => (await savedMasks(request, server.url, at.imageId)).length).toBe(0);
  await page.getByText("Mask 1 deleted").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByTestId("mask-count")).toHaveText("1");
  await expect.poll(async () => (await savedMasks(request, server.url, at.imageId)).length).toBe(1);
});

test("a mask erased completely is not saved, and the page says why", async ({ page, server }) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("empty.png", 106, WIDTH, HEIGHT));
  await at.stroke("b", { x: 100, y: 100 }, { x: 120, y: 110 });
  await page.keyboard.press("e");
  for (let i = 0; i < 6; i++) await page.keyboard.press("]");
  await at.stroke("e", { x: 90, y: 95 }, { x: 130, y: 115 });
  await page.keyboard.press("Enter");
  await expect(page.getByText("The mask is empty")).toBeVisible();
  await expect(page.getByTestId("mask-count")).toHaveText("0");
});

test("every tool has a name, the help sheet lists every key, and images are paged by key", async ({
  page,
  server,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, photo("last.png", 107, WIDTH, HEIGHT));
  for (const button of await page.getByRole("button").all()) await expect(button).toHaveAccessibleName(/./);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("Right click, Alt click or Shift click");
  await page.keyboard.press("b"); // Not while the sheet is open.
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("button", { name: "Click", exact: true })).toHaveAttribute(
    "aria-pressed",
    "true",
  );

  const here = at.imageId;
  await page.keyboard.press("a");
  await expect(page).not.toHaveURL(new RegExp(here));
  await page.keyboard.press("d");
  await expect(page).toHaveURL(new RegExp(here));
});

test("without cross-origin isolation the decoder works on one thread, and the page says so", async ({
  page,
  server,
}) => {
  await page.addInitScript(() => Object.defineProperty(window, "crossOriginIsolated", { get: () => false }));
  const at = await Annotating.importAndOpen(page, server.url, photo("isolated.png", 108, WIDTH, HEIGHT));
  await at.clickAndSee(IN_DISC);
  await page.getByRole("button", { name: "threads off" }).hover();
  await expect(page.getByRole("tooltip")).toContainText("not cross-origin isolated");
});
