import type { APIRequestContext, Browser, Page } from "@playwright/test";
import { Annotating } from "./annotating";
import { expect, signIn, test } from "./fixtures";
import { photo } from "./pictures";
import { Server } from "./server";

const WIDTH = 600;
const HEIGHT = 440;
const EMBEDDING_MS = 120_000;
const LEASE_SECONDS = 5;
// A page that was used a moment ago renews its lease until it has been idle for as long as one lasts.
const EXPIRY_MS = 4_000 * LEASE_SECONDS;

interface Work {
  state: string;
  note: string | null;
  held_by: string | null;
}

/** Imports photos and waits for their embeddings; their ids in the order of import. */
async function importPhotos(request: APIRequestContext, url: string, ...tints: number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const tint of tints) {
    const files = photo(`flow-${tint}.png`, tint, WIDTH, HEIGHT);
    const report = (await (await request.post(`${url}/api/images`, { multipart: { files } })).json()) as {
      files: { image_id: string }[];
    };
    ids.push(report.files[0]?.image_id as string);
  }
  for (const id of ids) {
    const isReady = async () => {
      const image = (await (await request.get(`${url}/api/images/${id}`)).json()) as {
        embedding: { state: string };
      };
      return image.embedding.state;
    };
    await expect.poll(isReady, { timeout: EMBEDDING_MS }).toBe("ready");
  }
  return ids;
}

async function workOf(request: APIRequestContext, url: string, imageId: string): Promise<Work> {
  const image = await (await request.get(`${url}/api/images/${imageId}`)).json();
  return (image as { work: Work }).work;
}

async function holderOf(request: APIRequestContext, url: string, imageId: string): Promise<string | null> {
  return (await workOf(request, url, imageId)).held_by;
}

async function maskCount(request: APIRequestContext, url: string, imageId: string): Promise<number> {
  return ((await (await request.get(`${url}/api/images/${imageId}/masks`)).json()) as unknown[]).length;
}

async function open(page: Page, url: string, imageId: string): Promise<Annotating> {
  await page.goto(`${url}/images/${imageId}`);
  const at = new Annotating(page);
  await at.ready();
  return at;
}

/** Until what an image needs is here, although it was not opened yet. */
function fetchedAhead(page: Page, imageId: string): Promise<unknown> {
  return Promise.all(
    ["embedding", "masks"].map((part) => page.waitForResponse(`**/api/images/${imageId}/${part}*`)),
  );
}

/** Has the page be a person's who has begun nothing yet: what one has begun comes first in the queue. */
async function asNewcomer(page: Page, server: Server, name: string): Promise<void> {
  await server.join(page.context().request, name);
}

/** Another person, in a browser of their own. */
async function somebodyElse(browser: Browser, server: Server, name: string): Promise<Page> {
  const context = await browser.newContext();
  await server.join(context.request, name);
  return context.newPage();
}

/** The pointer moves now and then until `end`, as when somebody looks at the picture. */
function stayActive(page: Page): { end: () => void } {
  let x = 300;
  const timer = setInterval(() => void page.mouse.move(x++, 400).catch(() => clearInterval(timer)), 500);
  return { end: () => clearInterval(timer) };
}

const notice = (page: Page, text: string | RegExp) => page.getByRole("status").filter({ hasText: text });

test("somebody else's image is read-only, and becomes mine when they leave", async ({
  page,
  browser,
  server,
  request,
}) => {
  const [imageId] = (await importPhotos(request, server.url, 131)) as [string];
  await open(page, server.url, imageId);

  const other = await somebodyElse(browser, server, "Anna");
  const theirs = await open(other, server.url, imageId);
  await expect(notice(other, "admin works on this image now")).toBeVisible();
  await theirs.click({ x: 300, y: 220 });
  await expect(other.getByText("admin has this image now.")).toBeVisible();
  await expect(other.getByTestId("mask-time")).toBeHidden();
  await expect(other.getByRole("button", { name: "Submit", exact: true })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await other.getByRole("button", { name: "Take it when free" }).click();
  await expect(notice(other, "It is yours as soon as it is free")).toBeVisible();

  await page.getByRole("link", { name: "All images" }).click();
  await expect(notice(other, "It is yours as soon as it is free")).toBeHidden();
  await theirs.clickAndSee({ x: 300, y: 220 });
  await theirs.accept(1);

  await page.getByLabel("Search by name").fill("flow-131.png");
  const card = page.getByRole("article", { name: "flow-131.png" });
  await expect(card).toContainText("In work");
  await other.close(); // as when somebody closes the tab
  await expect(card).not.toContainText("In work");
  await open(page, server.url, imageId);
  await expect(page.getByTestId("mask-count")).toHaveText("1");
});

test("submit opens the next image of the queue; a submitted image is read-only until it is reopened", async ({
  page,
  server,
  request,
}) => {
  await asNewcomer(page, server, "Rosa");
  const [first, second] = (await importPhotos(request, server.url, 132, 133)) as [string, string];
  const at = await open(page, server.url, first);
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Accept the mask in the making")).toBeVisible();
  await expect(page.getByTestId("today")).toContainText("0 masks");
  await at.accept(1);
  await expect(page.getByTestId("today")).toContainText("1 mask,");
  await page.keyboard.press("Control+Enter");
  await expect(page).toHaveURL(new RegExp(second));
  await at.ready();
  expect((await workOf(request, server.url, first)).state).toBe("submitted");
  expect((await workOf(request, server.url, second)).held_by).not.toBeNull();
  expect(await maskCount(request, server.url, first)).toBe(1);

  await page.keyboard.press("a");
  await at.ready();
  await expect(page.getByTestId("work-state")).toHaveText("Submitted");
  await at.click({ x: 300, y: 220 });
  await expect(page.getByText("This image is submitted. Reopen it to change its masks.")).toBeVisible();
  await expect(page.getByTestId("mask-time")).toBeHidden();
  await page.keyboard.press("Shift+R");
  await expect(page.getByTestId("work-state")).toHaveText(/In work|To do/);
  await at.stroke("b", { x: 300, y: 100 }, { x: 350, y: 150 });
  await at.accept(2);
  await page.reload();
  await expect(page.getByTestId("today")).toContainText("2 masks,");
});

test("an image submitted offline is submitted from whichever page is online again, with its masks once", async ({
  page,
  context,
  server,
  request,
}) => {
  await asNewcomer(page, server, "Olaf");
  const [imageId, next] = (await importPhotos(request, server.url, 145, 146)) as [string, string];
  const fetched = fetchedAhead(page, next);
  const at = await open(page, server.url, imageId);
  await fetched;
  await context.setOffline(true);
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await at.accept(1);
  await page.keyboard.press("Control+Enter");
  await expect(page).toHaveURL(new RegExp(next));
  await expect(at.saveState).toHaveText("2 waiting for the server");
  await page.close();
  await context.setOffline(false);
  expect((await workOf(request, server.url, imageId)).state).toBe("open");

  const later = await context.newPage();
  await later.goto(`${server.url}/images`);
  await expect.poll(async () => (await workOf(request, server.url, imageId)).state).toBe("submitted");
  expect(await maskCount(request, server.url, imageId)).toBe(1);
});

test("skip with a reason, ask for help, come back later: all by keyboard, each going on to the next image", async ({
  page,
  server,
  request,
}) => {
  await asNewcomer(page, server, "Quentin");
  const [skipped, flagged, later, last] = (await importPhotos(request, server.url, 134, 135, 136, 137)) as [
    string,
    string,
    string,
    string,
  ];
  const at = await open(page, server.url, skipped);
  await page.keyboard.press("s");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Skip this image");
  await expect(dialog.getByRole("button", { name: "Skip image" })).toBeDisabled();
  await expect(dialog.getByLabel("Nothing to mask")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.type("all of it");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(flagged));
  expect(await workOf(request, server.url, skipped)).toMatchObject({
    state: "skipped",
    note: "Too blurred or too dark: all of it",
  });

  await at.ready();
  await page.keyboard.press("q");
  await expect(dialog.getByRole("textbox")).toBeFocused();
  await page.keyboard.type("Is the shadow part of it?");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(later));
  expect(await workOf(request, server.url, flagged)).toMatchObject({
    state: "flagged",
    note: "Is the shadow part of it?",
  });

  await at.ready();
  await page.keyboard.press("Shift+S");
  await expect(page).toHaveURL(new RegExp(last));
  expect((await workOf(request, server.url, later)).state).toBe("later");

  await page.getByRole("link", { name: "All images" }).click();
  await page.getByRole("button", { name: "Filters" }).click();
  await page.getByLabel("State of the work").selectOption("flagged");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("article")).toHaveCount(1);
  await page.getByRole("article", { name: "flow-135.png" }).getByRole("link").click();
  await at.ready();
  await expect(notice(page, "You asked: Is the shadow part of it?")).toBeVisible();
  await page.getByRole("button", { name: "Answered" }).click();
  await expect(notice(page, "You asked")).toBeHidden();
});

test("a mask that takes long is met with an offer to go on; guidelines stand beside the picture", async ({
  page,
  server,
  request,
}) => {
  const [imageId] = (await importPhotos(request, server.url, 138)) as [string];
  const settings = { nudge_seconds: 1, guidelines: "# Discs\nOne mask for **each** disc." };
  await request.patch(`${server.url}/api/project`, { data: settings });
  const at = await open(page, server.url, imageId);
  const nudge = page.getByTestId("nudge");

  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await expect(nudge).toContainText("More than 1 s on this mask.");
  await nudge.getByRole("button", { name: "Go on" }).click();
  await expect(nudge).toBeHidden();
  await at.stroke("b", { x: 100, y: 200 }, { x: 200, y: 250 });
  await page.waitForTimeout(1_500);
  await expect(nudge).toBeHidden();
  await at.accept(1);

  await at.stroke("b", { x: 400, y: 100 }, { x: 500, y: 150 });
  await nudge.getByRole("button", { name: "Skip this object" }).click();
  await expect(page.getByTestId("mask-time")).toBeHidden();
  await at.stroke("b", { x: 400, y: 100 }, { x: 500, y: 150 });
  await nudge.getByRole("button", { name: "Accept" }).click();
  await expect(page.getByTestId("mask-count")).toHaveText("2");

  await page.keyboard.press("n");
  const drawer = page.getByRole("dialog", { name: "Guidelines" });
  await expect(drawer.getByRole("heading", { name: "Discs" })).toBeVisible();
  await at.stroke("b", { x: 100, y: 300 }, { x: 200, y: 350 }); // the picture stays in use
  await at.accept(3);
  await drawer.getByRole("button", { name: "Edit" }).click();
  await drawer.getByRole("textbox", { name: "Guidelines" }).fill("- Only **whole** discs.");
  await drawer.getByRole("textbox", { name: /Seconds on one mask/ }).fill("30");
  await drawer.getByRole("button", { name: "Save" }).click();
  await expect(drawer.getByRole("listitem")).toHaveText("Only whole discs.");
  await page.keyboard.press("n");
  await expect(drawer).toBeHidden();
});

test.describe("with a short lease", () => {
  let short: Server;
  test.beforeAll(async ({ prepared }) => {
    short = await Server.start({ MASKLOOP_LEASE_SECONDS: String(LEASE_SECONDS) }, prepared);
  });
  test.afterAll(async () => {
    await short.stop();
  });
  test.beforeEach(({ context, request }) => signIn(short, context.request, request));

  test("an image lost while offline: the page says so, and neither accepted nor half-made work is lost", async ({
    page,
    browser,
    context,
    request,
  }) => {
    const [imageId] = (await importPhotos(request, short.url, 141)) as [string];
    const at = await open(page, short.url, imageId);
    await context.setOffline(true);
    await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
    await at.accept(1);
    await at.stroke("b", { x: 300, y: 100 }, { x: 400, y: 150 });
    const drawn = await at.drawn();

    await expect.poll(() => holderOf(request, short.url, imageId), { timeout: EXPIRY_MS }).toBeNull();
    const other = await somebodyElse(browser, short, "Berta");
    const theirs = await open(other, short.url, imageId);
    const stay = stayActive(other);

    await context.setOffline(false);
    await expect(notice(page, "Berta took this image while you were away")).toBeVisible({
      timeout: 30_000,
    });
    await expect(notice(page, "Your half-made mask is kept here")).toBeVisible();
    await expect(at.saveState).toHaveText("All saved", { timeout: 60_000 });
    expect(await maskCount(request, short.url, imageId)).toBe(1);
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("mask-count")).toHaveText("1");

    stay.end();
    await theirs.stroke("b", { x: 100, y: 300 }, { x: 200, y: 350 });
    await theirs.accept(1);
    await expect(theirs.saveState).toHaveText("All saved");
    await other.goto(`${short.url}/images`);
    await expect(notice(page, "Nobody has this image any more")).toBeVisible();
    await page.getByRole("button", { name: "Take it", exact: true }).click();
    await expect(page.getByTestId("mask-count")).toHaveText("2"); // theirs is there as well
    const both = await at.drawn();
    expect(drawn.every((value, index) => value === 0 || both[index] === 1)).toBe(true);
    await at.accept(3);
    await expect(at.saveState).toHaveText("All saved");
    expect(await maskCount(request, short.url, imageId)).toBe(3);
  });

  test("silence frees an image, and input takes it again", async ({ page, request }) => {
    const [imageId] = (await importPhotos(request, short.url, 142)) as [string];
    const at = await open(page, short.url, imageId);
    const holder = () => holderOf(request, short.url, imageId);
    await page.mouse.move(300, 300);
    await expect.poll(holder).not.toBeNull();
    await expect.poll(holder, { timeout: EXPIRY_MS }).toBeNull();
    await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
    await expect.poll(holder).not.toBeNull();
  });

  test("a server restart ends nobody's work: what was decided meanwhile counts, and the image is still theirs", async ({
    page,
    browser,
    request,
  }) => {
    await asNewcomer(page, short, "Sven");
    const [imageId, next] = (await importPhotos(request, short.url, 143, 144)) as [string, string];
    const fetched = fetchedAhead(page, next);
    const at = await open(page, short.url, imageId);
    await fetched;
    await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
    await short.pause();
    await at.stroke("b", { x: 100, y: 200 }, { x: 200, y: 250 });
    await at.accept(1);
    await page.keyboard.press("Control+Enter");
    await expect(page).toHaveURL(new RegExp(next));
    await page.keyboard.press("a");
    await at.ready();
    await expect(page.getByTestId("work-state")).toHaveText("Submitted");
    await page.keyboard.press("Shift+R");
    await expect(page.getByTestId("work-state")).toHaveText(/In work|To do/);
    await expect(at.saveState).toHaveText("3 waiting for the server");
    await short.resume();
    await expect(page.getByTestId("connection")).toHaveText("live", { timeout: 60_000 });
    await at.stroke("b", { x: 300, y: 200 }, { x: 400, y: 250 });
    await at.accept(2);
    await expect(at.saveState).toHaveText("All saved", { timeout: 60_000 });

    const stay = stayActive(page);
    const other = await somebodyElse(browser, short, "Clara");
    await other.goto(`${short.url}/images/${imageId}`);
    await expect(notice(other, "Sven works on this image now")).toBeVisible();
    stay.end();
    await page.keyboard.press("Control+Enter");
    await expect(page).toHaveURL(new RegExp(next));
    expect(await workOf(request, short.url, imageId)).toMatchObject({ state: "submitted" });
    expect(await maskCount(request, short.url, imageId)).toBe(2);
    await expect(notice(other, "not in your queue any more")).toBeVisible();
  });
});
