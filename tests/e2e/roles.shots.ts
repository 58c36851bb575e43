import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { Annotating, PYTHON } from "./annotating";
import { expect, test } from "./fixtures";

const ROOT = resolve(__dirname, "../..");
const SCREENS = join(ROOT, "docs/screens");
const DRESS = "0859.jpg";

const shoot = (page: Page, name: string) =>
  page.screenshot({ path: `${SCREENS}/${name}-dark-1280.jpg`, type: "jpeg", quality: 80 });

// The pictures of docs/annotator.md, manager.md and admin.md: `make screenshots` renews them.
test("what people of each role see", async ({ page, ownServer: server, browser }) => {
  test.setTimeout(600_000);
  await page.setViewportSize({ width: 1280, height: 800 });
  const [batch] = await server.get<{ id: string }[]>("/api/batches");
  await server.send("PATCH", `/api/batches/${batch?.id}`, { review_share: 1 });
  const context = await browser.newContext();
  await context.addInitScript(() => localStorage.setItem("maskloop.tour", "seen"));
  await server.join(context.request, "Aiko");
  const aiko = await context.newPage();
  await aiko.goto(`${server.url}/images`);
  await aiko.getByRole("article", { name: "two-dogs.jpg" }).getByRole("link").first().click();
  const at = new Annotating(aiko);
  await at.ready();
  await at.clickAndSee({ x: 538, y: 361 });
  await at.accept(1);
  await at.clickAndSee({ x: 655, y: 345 });
  await at.accept(2);
  await aiko.keyboard.press("Control+Enter");
  await expect(aiko).not.toHaveURL(new RegExp(at.imageId));

  await page.goto(`${server.url}/images`);
  await page.getByRole("button", { name: "Hide this notice" }).click();
  await page.getByRole("button", { name: "Not now" }).click();
  for (const index of [2, 3]) await page.getByRole("checkbox", { name: "Choose " }).nth(index).click();
  await shoot(page, "chosen");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Review 1" }).click();
  await new Annotating(page).ready();
  await page.keyboard.press("0");
  await expect(page.getByTestId("mask-count")).toHaveText("2");
  await shoot(page, "review");

  await server.send("PATCH", `/api/batches/${batch?.id}`, { review_share: 0 });
  const buffer = readFileSync(join(ROOT, "tests/data/clothing/images", DRESS));
  const dress = await Annotating.importAndOpen(page, server.url, {
    name: DRESS,
    mimeType: "image/jpeg",
    buffer,
  });
  execFileSync(PYTHON, ["-m", "tests.e2e.propose", dress.imageId, DRESS], {
    cwd: ROOT,
    env: { ...process.env, MASKLOOP_DATA_DIR: server.dataDir },
  });
  await page.reload();
  await dress.ready();
  await page.keyboard.press("0");
  await expect(page.getByTestId("proposal-count")).toBeVisible();
  await shoot(page, "proposals");

  await page.goto(`${server.url}/exports`);
  await page
    .getByRole("button", { name: /^Export/ })
    .last()
    .click();
  await expect(page.getByRole("link", { name: /Download/ }).first()).toBeVisible();
  await shoot(page, "exports");

  await page.goto(`${server.url}/people`);
  await expect(page.getByText("Aiko").first()).toBeVisible();
  await shoot(page, "people");
  await context.close();
});
