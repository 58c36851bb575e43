import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, Page } from "@playwright/test";
import type { ImageDetail, ImagesResult, ImportReport, ReviewCounts } from "../../frontend/src/api/types";
import { Annotating, PYTHON } from "./annotating";
import { expect, test } from "./fixtures";
import type { Server } from "./server";

const ROOT = resolve(__dirname, "../..");
const DRESS = join(ROOT, "tests/data/clothing/images/0859.jpg");
const SAMPLE = "Choose ";

async function joined(browser: Browser, server: Server, name: string): Promise<Page> {
  const context = await browser.newContext();
  await context.addInitScript(() => localStorage.setItem("maskloop.tour", "seen"));
  await server.join(context.request, name);
  return context.newPage();
}

const notice = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text });

test("an image goes from its annotator to the reviewer, back with a reason, and is done", async ({
  page,
  browser,
  ownServer,
}) => {
  const [batch] = await ownServer.get<{ id: string }[]>("/api/batches");
  await ownServer.send("PATCH", `/api/batches/${batch?.id}`, { review_share: 1 });

  const anna = await joined(browser, ownServer, "Anna");
  await anna.goto(`${ownServer.url}/images`);
  await anna.getByRole("button", { name: "Annotate" }).click();
  const at = new Annotating(anna);
  await at.ready();
  const { imageId } = at;
  await at.clickAndSee({ x: 150, y: 150 });
  await anna.keyboard.press("Enter");
  await expect(anna.getByTestId("mask-count")).toHaveText("1");
  await anna.keyboard.press("Control+Enter");
  await expect.poll(() => ownServer.get<ReviewCounts>("/api/review")).toEqual({ in_review: 1, for_me: 1 });

  await page.goto(`${ownServer.url}/images`);
  await page.getByRole("button", { name: "Review 1" }).click();
  await expect(page).toHaveURL(new RegExp(imageId));
  await expect(notice(page, "Anna submitted this image")).toBeVisible();
  await expect(page.getByTestId("mask-count")).toHaveText("1");
  await new Annotating(page).ready();
  await page.keyboard.press("Shift+B");
  await page.getByLabel("What is to be done").fill("The left half is missing");
  await page.getByRole("button", { name: "Send back" }).last().click();
  await expect(page.getByText("Nothing else waits for your review.")).toBeVisible();

  await anna.goto(`${ownServer.url}/images`);
  await anna.getByRole("button", { name: "Annotate" }).click();
  await at.ready();
  expect(at.imageId).toBe(imageId);
  await expect(notice(anna, "admin sent this image back: The left half is missing")).toBeVisible();
  await anna.keyboard.press("Control+Enter");
  await expect.poll(() => ownServer.get<ReviewCounts>("/api/review")).toEqual({ in_review: 1, for_me: 1 });

  await page.goto(`${ownServer.url}/images`);
  await page.getByRole("button", { name: "Review 1" }).click();
  await new Annotating(page).ready();
  await page.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(page.getByText("Nothing else waits for your review.")).toBeVisible();
  await expect(page.getByRole("article").first()).toContainText("Done");
});

test("a reviewer judges the proposals that are left before an image is accepted", async ({
  page,
  ownServer,
}) => {
  const batch = await ownServer.send<{ id: string }>("POST", "/api/batches", { name: "Proposed" });
  const form = new FormData();
  form.append("files", new Blob([readFileSync(DRESS)]), "0859.jpg");
  const answer = await ownServer.fetch(`/api/images?batch=${batch.id}`, { method: "POST", body: form });
  const imageId = ((await answer.json()) as ImportReport).files[0]?.image_id as string;
  await ownServer.send("POST", `/api/images/${imageId}/submit`);
  await ownServer.send("POST", `/api/images/${imageId}/review`);
  execFileSync(PYTHON, ["-m", "tests.e2e.propose", imageId, "0859.jpg"], {
    cwd: ROOT,
    env: { ...process.env, MASKLOOP_DATA_DIR: ownServer.dataDir },
  });

  await page.goto(`${ownServer.url}/images/${imageId}`);
  await new Annotating(page).ready();
  await expect(page.getByTestId("proposal-count")).toHaveText("Proposed (4)");
  await page.keyboard.press("Control+Shift+Enter");
  const dialog = page.getByRole("dialog", { name: "4 proposals are left" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Enter"); // shows the first of them
  await expect(dialog).toBeHidden();
  await expect(page.locator("[data-proposed=true][data-selected=true]")).toHaveCount(1);
  await page.keyboard.press("Shift+A");
  await expect(page.getByTestId("proposal-count")).toHaveText("Proposed (3)");

  await page.keyboard.press("Control+Shift+Enter");
  const rest = page.getByRole("dialog", { name: "3 proposals are left" });
  await rest.getByRole("button", { name: "Reject the rest" }).click();
  await expect(page.getByText("Nothing else waits for your review.")).toBeVisible();
  const image = await ownServer.get<ImageDetail>(`/api/images/${imageId}`);
  expect([image.work.state, image.mask_count]).toEqual(["done", 1]);
});

test("a manager assigns images in the grid; others do not see them any more", async ({
  page,
  browser,
  ownServer,
}) => {
  const berta = await joined(browser, ownServer, "Berta");
  const carl = await joined(browser, ownServer, "Carl");
  await berta.goto(`${ownServer.url}/images`);
  await carl.goto(`${ownServer.url}/images`);
  await page.goto(`${ownServer.url}/images`);
  const cards = page.getByRole("article");
  await expect(cards.first()).toBeVisible();
  const all = await cards.count();
  await expect(carl.getByRole("article")).toHaveCount(all);
  await expect(carl.getByRole("checkbox", { name: SAMPLE })).toHaveCount(0);

  await cards.nth(0).hover();
  await page.getByRole("checkbox", { name: SAMPLE }).nth(0).click();
  await page
    .getByRole("checkbox", { name: SAMPLE })
    .nth(1)
    .click({ modifiers: ["Shift"] });
  const bar = page.getByRole("toolbar", { name: "Chosen images" });
  await expect(bar.getByText("2 images chosen")).toBeVisible();
  await bar.getByRole("button", { name: "Assign" }).click();
  await page.getByRole("menuitem", { name: "Berta" }).click();
  await expect(page.getByText("2 changed.")).toBeVisible();
  await expect(cards.nth(0).getByText("Berta")).toBeVisible();
  await expect(carl.getByRole("article")).toHaveCount(all - 2);
  await expect(berta.getByRole("article")).toHaveCount(all);

  await page.keyboard.press("Escape");
  await cards.nth(2).getByRole("link").focus();
  await page.keyboard.press("x");
  await bar.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete 1 image" }).click();
  await expect(cards).toHaveCount(all - 1);
  await expect(carl.getByRole("article")).toHaveCount(all - 3);
});

test("decisions about many images say which of them they do not fit", async ({ ownServer }) => {
  const { items } = await ownServer.get<{ items: { id: string }[] }>("/api/images");
  const [first, second] = items.map(({ id }) => id);
  await ownServer.send("POST", `/api/images/${first}/submit`);
  const body = { image_ids: [first, second], to: "accept" };
  const result = await ownServer.send<ImagesResult>("POST", "/api/images/decide", body);
  expect(result.changed).toBe(1);
  expect(result.refused.map(({ image_id }) => image_id)).toEqual([second]);
});
