import { createHash } from "node:crypto";
import { readFileSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { photo, truncated, type UploadFile } from "./pictures";

const SAMPLES = resolve(__dirname, "../../samples");
const EMBEDDING_MS = 120_000;

const card = (page: Page, name: string) => page.getByRole("article", { name, exact: true });

const choose = (page: Page, files: UploadFile[]) => page.getByLabel("Files to import").setInputFiles(files);

test("sample photos and a new one become ready while the page stays open", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/images$/);
  await page.evaluate(() => {
    document.body.dataset.loadedOnce = "yes";
  });
  await expect(card(page, "dog.jpg")).toContainText("ready", { timeout: EMBEDDING_MS });

  await choose(page, [photo("fresh.png", 1)]);
  await expect(page.getByText("1 imported")).toBeVisible();
  await page.getByLabel("Search by name").fill("fresh");
  await expect(card(page, "fresh.png")).toContainText("320 × 240");
  await expect(card(page, "fresh.png")).toContainText("ready", { timeout: EMBEDDING_MS });
  await expect(page.locator("body")).toHaveAttribute("data-loaded-once", "yes");
});

test("the import report names each refused file and why, and what was here already", async ({ page }) => {
  await page.goto("/images");
  const good = photo("good.png", 2);
  await choose(page, [good]);
  await expect(page.getByText("1 imported")).toBeVisible();

  await choose(page, [
    photo("second.png", 3),
    { ...good, name: "the same again.png" },
    truncated(photo("whole.png", 4), "cut off.png"),
    { name: "empty.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(0) },
    { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") },
  ]);
  await expect(page.getByText("1 imported, 1 already here, 3 refused")).toBeVisible();
  const report = page.getByRole("list", { name: "Files that were not imported" });
  const reasons = { "cut off.png": "damaged", "empty.jpg": "empty", "notes.txt": "not an image" };
  for (const [name, reason] of Object.entries(reasons)) {
    const row = report.getByRole("listitem").filter({ hasText: name });
    await expect(row.getByLabel("Refused")).toBeVisible();
    await expect(row).toContainText(reason);
  }
  await expect(report.getByRole("listitem").filter({ hasText: "the same again.png" })).toContainText(
    "Open it",
  );

  await page.getByRole("button", { name: "Close the import report" }).click();
  await expect(report).toBeHidden();
  await page.getByLabel("Search by name").fill("cut off");
  await expect(page.getByText("No image matches")).toBeVisible();
});

test("a file dropped anywhere on the page is imported", async ({ page }) => {
  await page.goto("/images");
  const { name, mimeType, buffer } = photo("dropped.png", 5);
  const transfer = await page.evaluateHandle(
    ([name, mimeType, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name, { type: mimeType }));
      return transfer;
    },
    [name, mimeType, buffer.toString("base64")] as const,
  );
  const header = page.getByRole("banner");
  await header.dispatchEvent("dragenter", { dataTransfer: transfer });
  await expect(page.getByText("Drop to import")).toBeVisible();
  await header.dispatchEvent("drop", { dataTransfer: transfer });
  await expect(page.getByText("Drop to import")).toBeHidden();
  await expect(page.getByText("1 imported")).toBeVisible();
});

test("filters stand in the address, and the keyboard walks to an image and opens it", async ({ page }) => {
  await page.goto("/images?q=dog");
  await expect(page.getByRole("article")).toHaveCount(3); // dog, service-dogs, two-dogs
  await page.getByText(/^Failed \d/).click();
  await expect(page).toHaveURL(/state=failed/);
  await page.getByRole("button", { name: "Show all images" }).click();
  await expect(page).toHaveURL(/\/images$/);

  const first = page.locator('[data-card="0"]');
  await first.focus();
  await page.keyboard.press("ArrowRight");
  const second = page.locator('[data-card="1"]');
  await expect(second).toBeFocused();
  const target = await second.getAttribute("href");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`${target}$`));
});

test("an export without masks downloads an empty COCO file and says so", async ({ page, ownServer }) => {
  await page.goto(ownServer.url);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const file = JSON.parse(readFileSync(await (await download).path(), "utf8")) as { annotations: unknown[] };
  expect(file.annotations).toEqual([]);
  await expect(page.getByText("No masks have been accepted yet, so the file has none.")).toBeVisible();
});

test("a failed embedding says why, and Retry computes it once the cause is gone", async ({
  page,
  firstStart,
}) => {
  // The last sample is still waiting for its turn when its stored picture is taken away.
  const name = "two-dogs.jpg";
  const sha256 = createHash("sha256")
    .update(readFileSync(join(SAMPLES, name)))
    .digest("hex");
  const blob = join(firstStart.dataDir, "blobs/originals", sha256.slice(0, 2), sha256);
  renameSync(blob, `${blob}.away`);

  await page.goto(firstStart.url);
  await expect(page.getByRole("alert")).toContainText(name, { timeout: EMBEDDING_MS });
  await page.getByRole("button", { name: "Show failed" }).click();
  await expect(page.getByRole("article")).toHaveCount(1);
  await expect(card(page, name)).toContainText("The stored picture is missing");

  renameSync(`${blob}.away`, blob);
  await card(page, name).getByRole("button", { name: "Retry" }).click();
  await expect(page.getByText("No image matches")).toBeVisible(); // none is failed any more
  await page.getByRole("button", { name: "Show all images" }).click();
  await expect(card(page, name)).toContainText("ready", { timeout: EMBEDDING_MS });
});

test("the page says when the server is away, and follows again when it is back", async ({
  page,
  ownServer,
}) => {
  await page.goto(ownServer.url);
  const connection = page.getByTestId("connection");
  await expect(connection).toHaveText("live");
  await ownServer.pause();
  await expect(connection).toHaveText("reconnecting");
  await choose(page, [photo("while away.png", 6)]);
  await expect(page.getByText("1 not sent.")).toBeVisible();

  await ownServer.resume();
  await expect(connection).toHaveText("live");
  await page.getByRole("button", { name: "Send them again" }).click();
  await expect(card(page, "while away.png")).toContainText("ready", { timeout: EMBEDDING_MS });
});
