import { execFileSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "@playwright/test";
import type { ImageOut, ImagePage, MaskIn } from "../../frontend/src/api/types";
import { expect, test } from "./fixtures";
import type { Server } from "./server";

const EXPORT_MS = 60_000;
const SAMPLES = resolve(__dirname, "../../samples");

async function managerAt(browser: Browser, server: Server, name: string): Promise<Page> {
  const context = await browser.newContext();
  await server.join(context.request, name, "manager");
  const page = await context.newPage();
  await page.goto(`${server.url}/exports`);
  return page;
}

async function imageNamed(server: Server, name: string): Promise<ImageOut> {
  const { items } = await server.get<ImagePage>("/api/images");
  const image = items.find((one) => one.name === name);
  if (!image) throw new Error(`there is no ${name}`);
  return image;
}

async function putMask(server: Server, image: ImageOut, source: MaskIn["source"], runs: number[]) {
  await server.send("PUT", `/api/masks/${randomUUID()}`, {
    active_ms: 10,
    model_id: null,
    predicted_iou: null,
    image_id: image.id,
    prompts: { points: [], box: null, candidate: null, strokes: { brush: 1, erase: 0 } },
    source,
    rle: { size: [image.height, image.width], counts: encoded(runs) },
  });
}

/** COCO's run lengths of the first `columns` columns. */
function counts(columns: number, { width, height }: ImageOut): number[] {
  return [0, columns * height, (width - columns) * height];
}

test("a manager exports the corrected masks as SA-1B, downloads the archive, and deletes it", async ({
  browser,
  ownServer,
}) => {
  const image = await imageNamed(ownServer, "dog.jpg");
  await putMask(ownServer, image, "painted", [0, image.width * image.height]);
  await putMask(ownServer, image, "edited", [1, 2, image.width * image.height - 3]);

  const page = await managerAt(browser, ownServer, "Quentin");
  await expect(page.getByText("Nothing has been exported yet")).toBeVisible();
  await expect(page.getByText("2 masks in 1 image")).toBeVisible();
  await page.getByLabel("Format").selectOption({ label: "SA-1B" });
  await page.getByRole("group", { name: "Made by" }).getByText("Corrected").click();
  await expect(page.getByText("1 mask in 1 image")).toBeVisible();
  await page.getByRole("checkbox", { name: "With photos" }).check();
  await expect(page.getByRole("checkbox", { name: "With images that have no masks (0)" })).not.toBeChecked();
  await page.getByRole("button", { name: "Start export" }).click();

  const row = page.getByRole("listitem").filter({ hasText: "SA-1B · Corrected" });
  await expect(row).toContainText("1 mask in 1 image", { timeout: EXPORT_MS });
  const downloading = page.waitForEvent("download");
  await row.getByRole("link", { name: "Download" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^maskloop-sa1b-.+\.zip$/);
  const path = await download.path();
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  await expect(row).toContainText(`SHA-256 ${sha256}`);
  const folder = mkdtempSync(join(tmpdir(), "exported-"));
  execFileSync("python3", ["-m", "zipfile", "-e", path, folder]);
  execFileSync("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: folder });
  expect(readFileSync(join(folder, "dog.jpg"))).toEqual(readFileSync(join(SAMPLES, "dog.jpg")));
  const { annotations } = JSON.parse(readFileSync(join(folder, "dog.json"), "utf8"));
  expect(annotations.map(({ area, source }: { area: number; source: string }) => [area, source])).toEqual([
    [2, "edited"],
  ]);

  await row.getByRole("button", { name: /^Delete SA-1B/ }).click();
  await expect(page.getByText("Nothing has been exported yet")).toBeVisible();
  await page.context().close();
});

test("a manager splits an export, and the shares are remembered", async ({ browser, ownServer }) => {
  // The set of a photo follows from its SHA-256: with 25 % of val, truck.jpg is in val and dog.jpg in train.
  for (const name of ["dog.jpg", "truck.jpg"]) {
    const image = await imageNamed(ownServer, name);
    await putMask(ownServer, image, "painted", [0, image.width * image.height]);
  }
  const page = await managerAt(browser, ownServer, "Severin");
  const start = page.getByRole("button", { name: "Start export" });
  await page.getByLabel("Format").selectOption({ label: "YOLO segmentation" });
  await page.getByRole("checkbox", { name: "Split into train, val and test" }).check();
  await page.getByRole("textbox", { name: "Train" }).fill("75");
  await page.getByRole("textbox", { name: "Val" }).fill("35");
  await page.getByRole("textbox", { name: "Test" }).fill("0");
  await expect(page.getByText("The shares add up to 110 %. Make it 100 %.")).toBeVisible();
  await expect(start).toBeDisabled();
  await page.getByRole("textbox", { name: "Val" }).fill("25");
  await start.click();

  const row = page.getByRole("listitem").filter({ hasText: "split 75/25/0" });
  await expect(row).toContainText("1 image in train, 1 in val", { timeout: EXPORT_MS });
  const downloading = page.waitForEvent("download");
  await row.getByRole("link", { name: "Download" }).click();
  const folder = mkdtempSync(join(tmpdir(), "exported-"));
  execFileSync("python3", ["-m", "zipfile", "-e", await (await downloading).path(), folder]);
  expect(readFileSync(join(folder, "labels/train/dog.txt"), "utf8")).toMatch(/^0 /);
  expect(readFileSync(join(folder, "labels/val/truck.txt"), "utf8")).toMatch(/^0 /);
  expect(readFileSync(join(folder, "data.yaml"), "utf8")).toContain("val: images/val");

  await page.reload();
  await expect(page.getByRole("checkbox", { name: "Split into train, val and test" })).toBeChecked();
  await expect(page.getByRole("textbox", { name: "Train" })).toHaveValue("75 %");
  await page.context().close();
});

test("a manager imports a COCO file, sees how many proposals came of it, and why others did not", async ({
  browser,
  server,
}) => {
  const image = await imageNamed(server, "truck.jpg");
  const { width, height } = image;
  const size = [height, width];
  const file = {
    images: [
      { id: 1, file_name: "truck.jpg", width, height },
      { id: 2, file_name: "nowhere.jpg", width, height },
    ],
    categories: [{ id: 1, name: "truck of an import" }],
    annotations: [
      { image_id: 1, category_id: 1, segmentation: { size, counts: counts(3, image) } },
      { image_id: 1, category_id: 1, segmentation: [[10, 10, 30, 10, 30, 40, 10, 40]] },
      { image_id: 1, category_id: 1, segmentation: [[10, 10]] },
      { image_id: 2, category_id: 1, segmentation: { size, counts: counts(3, image) } },
    ],
  };
  const page = await managerAt(browser, server, "Rosalie");
  await page.getByLabel("File of annotations").setInputFiles({
    name: "trucks.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(file)),
  });
  const row = page
    .getByRole("list", { name: "Imports of annotations" })
    .getByRole("listitem", { name: "trucks.json" });
  await expect(row).toContainText("2 proposals in 1 image, 2 refused", { timeout: EXPORT_MS });
  await row.getByRole("button", { name: "Why 2 masks not" }).click();
  const reasons = row.getByRole("list", { name: "Masks that were not imported" });
  await expect(reasons).toContainText("annotation 2: one of its polygons is not a list");
  await expect(reasons).toContainText("nowhere.jpg: the batch has no image of this name");
  await row.getByRole("button", { name: "Delete the report on trucks.json" }).click();
  await expect(row).toBeHidden();
  await page.context().close();
});

/** COCO's compressed text of at most three run lengths, which are written as they are. */
function encoded(runs: number[]): string {
  let text = "";
  for (let number of runs) {
    for (let isMore = true; isMore; ) {
      const bits = number & 31;
      number >>= 5;
      isMore = bits & 16 ? number !== -1 : number !== 0;
      text += String.fromCharCode((isMore ? bits | 32 : bits) + 48);
    }
  }
  return text;
}
