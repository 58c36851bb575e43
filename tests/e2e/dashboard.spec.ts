import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { APIRequestContext, Page } from "@playwright/test";
import { encodeRle } from "../../frontend/src/annotator/masks/rle";
import type { BatchOut, ImportReport, MaskIn, ModelOut } from "../../frontend/src/api/types";
import { expect, test } from "./fixtures";
import { photo } from "./pictures";
import { OWN_PAGE, type Server } from "./server";

const WIDTH = 320;
const HEIGHT = 240;

const headline = (page: Page, name: string) =>
  page.getByLabel("Headline figures").locator("div", { has: page.getByText(name, { exact: true }) });
const region = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function newBatch(server: Server, name: string): Promise<string> {
  return (await server.send<BatchOut>("POST", "/api/batches", { name })).id;
}

async function importPhoto(server: Server, batchId: string, name: string, tint: number): Promise<string> {
  const { mimeType, buffer } = photo(name, tint, WIDTH, HEIGHT);
  const form = new FormData();
  form.append("files", new Blob([new Uint8Array(buffer)], { type: mimeType }), name);
  const answer = await server.fetch(`/api/images?batch=${batchId}`, { method: "POST", body: form });
  return ((await answer.json()) as ImportReport).files[0]?.image_id as string;
}

/** A mask that so many clicks and so much time went into. */
async function saveMask(
  requests: APIRequestContext,
  server: Server,
  imageId: string,
  clicks: number,
  seconds: number,
): Promise<void> {
  const model = await server.get<ModelOut>("/api/models/active");
  const pixels = new Uint8Array(WIDTH * HEIGHT).fill(1, 0, 40 * WIDTH);
  const mask: MaskIn = {
    image_id: imageId,
    rle: { size: [HEIGHT, WIDTH], counts: encodeRle(pixels, WIDTH, HEIGHT) },
    active_ms: 1000 * seconds,
    source: "clicked",
    model_id: model.id,
    predicted_iou: 0.9,
    prompts: {
      points: Array.from({ length: clicks }, (_, index) => ({ x: 10 + index, y: 10, label: 1 })),
      box: null,
      candidate: 0,
      strokes: { brush: 0, erase: 0 },
    },
  };
  const answer = await requests.put(`${server.url}/api/masks/${randomUUID()}`, { data: mask });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** The rows of a file by the names in its head; none of the values has a comma. */
async function download(page: Page, title: string): Promise<Record<string, string>[]> {
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: `Download ${title} as CSV` }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  const [head = "", ...lines] = readFileSync(await file.path(), "utf8")
    .trim()
    .split(/\r?\n/);
  const names = head.split(",");
  return lines.map((line) =>
    Object.fromEntries(line.split(",").map((value, index) => [names[index] ?? "", value])),
  );
}

test("an annotator is told that the dashboard is for managers", async ({ browser, server }) => {
  const context = await browser.newContext();
  await server.join(context.request, "Dagny");
  const page = await context.newPage();
  await page.goto(`${server.url}/dashboard`);
  await expect(page.getByRole("heading", { name: "This page is for managers" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Dashboard" })).toHaveCount(0);
  await context.close();
});

test("a manager sees what is annotated as it is done, filters it, and takes it along", async ({
  page,
  playwright,
  ownServer: server,
}) => {
  const streets = await newBatch(server, "Streets");
  const fields = await newBatch(server, "Fields");
  const street = await importPhoto(server, streets, "street.png", 11);
  const field = await importPhoto(server, fields, "field.png", 12);
  const [aiko, bruno] = await Promise.all(
    ["Aiko", "Bruno"].map(async (name) => {
      const requests = await playwright.request.newContext({ extraHTTPHeaders: OWN_PAGE });
      await server.join(requests, name);
      return requests;
    }),
  );
  if (!aiko || !bruno) throw new Error("nobody has joined");

  await server.join(page.context().request, "Marta", "manager");
  await page.goto(server.url);
  await page.getByRole("link", { name: "Dashboard" }).click();
  await expect(page.getByText("No masks yet")).toBeVisible();
  await expect(region(page, "Stages").getByRole("row", { name: "Assisted manual" })).toContainText(
    "finished",
  );
  await expect(region(page, "Machines").getByRole("row", { name: "Queue embed" })).toBeVisible();
  await expect(
    region(page, "Jobs per hour").getByRole("img", { name: /\d+ jobs? done, 0 failed/ }),
  ).toBeVisible();
  await expect(region(page, "Storage")).toContainText("Photos");

  for (const seconds of [4, 8, 6]) await saveMask(aiko, server, street, 2, seconds);
  await expect(headline(page, "Masks")).toContainText("3", { timeout: 20_000 });
  await expect(headline(page, "Clicks per mask")).toContainText("2.0");
  await expect(headline(page, "Time per mask")).toContainText("mean 6.0 s");
  await expect(headline(page, "Time per mask")).toContainText(/[56]\.\d s/);

  await saveMask(bruno, server, field, 4, 20);
  const submitted = await aiko.post(`${server.url}/api/images/${street}/submit`, { data: {} });
  expect(submitted.ok(), await submitted.text()).toBe(true);
  await expect(headline(page, "Masks")).toContainText("4", { timeout: 20_000 });
  await expect(headline(page, "Clicks per mask")).toContainText("2.5");
  await expect(headline(page, "Automatic")).toContainText("0 %");
  const masks = region(page, "Masks per day");
  await expect(
    masks.getByRole("img", { name: "Masks per day by what made them, in all: Clicks 4" }),
  ).toBeVisible();
  await expect(
    region(page, "Images finished per day").getByRole("img", { name: /^1 image finished/ }),
  ).toBeVisible();
  await expect(region(page, "Model versions")).toContainText("No model was trained here yet");
  await expect(region(page, "Agreement")).toContainText("Nothing is compared yet");
  await expect(region(page, "Annotators").getByRole("row", { name: "Bruno" })).toContainText("20.0");

  await masks.getByRole("button", { name: "Data of Masks per day" }).click();
  await expect(masks.getByRole("row").last()).toContainText("4");
  await masks.getByRole("button", { name: "Data of Masks per day" }).press("Enter");
  await expect(masks.getByRole("img", { name: /^Masks per day/ })).toBeVisible();

  await page.getByRole("button", { name: "Author" }).click();
  await page.getByRole("checkbox", { name: "Aiko" }).check();
  await page.keyboard.press("Escape");
  await expect(headline(page, "Masks")).toContainText("3");
  await expect(page).toHaveURL(/author=/);
  await page.getByText("7 days", { exact: true }).click();
  await expect(page).toHaveURL(/days=7/);
  await page.reload();
  await expect(headline(page, "Masks")).toContainText("3");
  await expect(page.getByRole("button", { name: "Author: Aiko" })).toBeVisible();
  await expect(page.getByRole("radio", { name: "7 days" })).toBeChecked();
  await expect(region(page, "Annotators").getByRole("row")).toHaveCount(2);

  const [row, ...others] = await download(page, "Annotators");
  expect(others).toEqual([]);
  expect(row).toMatchObject({ name: "Aiko", masks: "3", images: "1" });
  const [day] = await download(page, "Masks per day");
  expect(day).toMatchObject({ day: new Date().toISOString().slice(0, 10), masks: "3" });

  await page.getByRole("button", { name: "Batch", exact: true }).click();
  await page.getByRole("checkbox", { name: "Fields" }).check();
  await page.keyboard.press("Escape");
  await expect(page.getByText("Nothing matches these filters")).toBeVisible();
  await page.getByRole("button", { name: "Show everything" }).click();
  await expect(headline(page, "Masks")).toContainText("4");
  await expect(page).toHaveURL(/\/dashboard$/);
  for (const requests of [aiko, bruno]) await requests.dispose();
});
