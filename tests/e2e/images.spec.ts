import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import type { ImportReport } from "../../frontend/src/api/types";
import { PYTHON } from "./annotating";
import { expect, test } from "./fixtures";
import { photo, truncated, type UploadFile } from "./pictures";

const ROOT = resolve(__dirname, "../..");
const SAMPLES = join(ROOT, "samples");
const DRESS = join(ROOT, "tests/data/clothing/images/0859.jpg");
const EMBEDDING_MS = 120_000;

type Box = { x: number; y: number; width: number; height: number };

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

test("images are found by the masks that they have, as the address says", async ({ page, ownServer }) => {
  const label = { id: "01890000-0000-7000-8000-00000000000a", name: "Leaf", colour: "#e69f00" };
  await ownServer.send("PATCH", "/api/project", { labels: [label] });
  const form = new FormData();
  form.append("files", new Blob([readFileSync(DRESS)]), "0859.jpg");
  const answer = await ownServer.fetch("/api/images", { method: "POST", body: form });
  const imageId = ((await answer.json()) as ImportReport).files[0]?.image_id as string;
  execFileSync(PYTHON, ["-m", "tests.e2e.propose", imageId, "0859.jpg"], {
    cwd: ROOT,
    env: { ...process.env, MASKLOOP_DATA_DIR: ownServer.dataDir },
  });

  await page.goto(`${ownServer.url}/images`);
  await page.getByRole("button", { name: "Filters" }).click();
  await page.getByLabel("Has a mask made by").selectOption("The detector");
  await expect(page.getByRole("article")).toHaveCount(1);
  await expect(card(page, "0859.jpg")).toBeVisible();
  await expect(page).toHaveURL(/made=detector/);
  await page.reload();
  await expect(page.getByRole("article")).toHaveCount(1);

  await page.getByRole("button", { name: "Filters: 1 set" }).click();
  await page.getByLabel("Has a mask of the label").selectOption("Leaf");
  await expect(page.getByText("No image matches")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page).toHaveURL(/\/images$/);
  await expect(card(page, "dog.jpg")).toBeVisible();
});

test("the toolbar keeps to one line on a small laptop, with all states in it", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto("/images");
  await expect(page.getByText("Failed", { exact: false }).first()).toBeVisible();
  const parts = [
    page.getByRole("heading", { name: "Images" }),
    page.getByRole("radiogroup", { name: "Show by state of the embedding" }),
    page.getByRole("button", { name: "Filters" }),
    page.getByLabel("Search by name"),
    page.getByRole("button", { name: "Masks" }),
    page.getByRole("button", { name: "Annotate" }),
    page.getByRole("button", { name: "Import", exact: true }),
  ];
  const boxes = await Promise.all(parts.map(async (part) => (await part.boundingBox()) as Box));
  const middles = boxes.map(({ y, height }) => y + height / 2);
  expect(Math.max(...middles) - Math.min(...middles)).toBeLessThan(8);
  for (const [index, box] of boxes.slice(1).entries()) {
    const before = boxes[index] as Box;
    expect(box.x).toBeGreaterThanOrEqual(before.x + before.width);
  }
  const last = boxes.at(-1) as Box;
  expect(last.x + last.width).toBeLessThanOrEqual(1280 - 24);
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
  await page.getByRole("button", { name: "Clear filters" }).click();
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
  await page.getByRole("button", { name: "Clear filters" }).click();
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
