import { createHash } from "node:crypto";
import { renameSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { ImagePage, ImportReport } from "../../frontend/src/api/types";
import { Annotating } from "./annotating";
import { expect, test } from "./fixtures";
import { photo, type UploadFile } from "./pictures";
import type { Server } from "./server";

const EMBEDDING_MS = 120_000;

const batch = (page: Page, name: string) => page.getByRole("row", { name, exact: true });

async function menu(page: Page, name: string, entry: string): Promise<void> {
  await page.getByRole("button", { name: `What to do with ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: entry }).click();
}

async function importFile(server: Server, { name, mimeType, buffer }: UploadFile): Promise<string> {
  const form = new FormData();
  form.append("files", new Blob([new Uint8Array(buffer)], { type: mimeType }), name);
  const answer = await server.fetch("/api/images", { method: "POST", body: form });
  return ((await answer.json()) as ImportReport).files[0]?.image_id as string;
}

/** The stored picture: without it, the image's embedding fails. */
function storedPicture(server: Server, { buffer }: UploadFile): string {
  const sha256 = createHash("sha256").update(buffer).digest("hex");
  return join(server.dataDir, "blobs/originals", sha256.slice(0, 2), sha256);
}

test("a manager makes a batch, fills and changes it, sees an annotator's work arrive, and deletes it", async ({
  page,
  browser,
  ownServer: server,
}) => {
  await server.join(page.context().request, "Marta", "manager");
  await page.goto(server.url);
  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByRole("button", { name: "New batch" }).click();
  await page.getByLabel("Name").fill("First batch");
  await page.getByRole("button", { name: "Make the batch" }).click();
  await expect(page.getByText("There is a batch named First batch already.")).toBeVisible();
  await page.getByLabel("Name").fill("Streets");
  await page.getByRole("button", { name: "Make the batch" }).click();
  await expect(batch(page, "Streets")).toContainText("no images yet");

  const choosing = page.waitForEvent("filechooser");
  await menu(page, "Streets", "Import into it");
  await (await choosing).setFiles([photo("street.png", 201, 600, 440)]);
  await expect(page.getByText("1 imported")).toBeVisible();
  await expect(batch(page, "Streets")).toContainText("0 of 1 finished");
  await page.getByRole("button", { name: "Close the import report" }).click();

  await menu(page, "Streets", "Edit");
  await page.getByLabel("Name").fill("Streets, March");
  await page.getByLabel("Priority").fill("7");
  await page.getByLabel("Review", { exact: true }).fill("100");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(batch(page, "Streets, March")).toContainText("priority 7 · review 100 %");
  const first = page.getByRole("region", { name: "Batches" }).getByRole("row").nth(1);
  await expect(first).toHaveAccessibleName("Streets, March");

  const theirs = await (await browser.newContext()).newPage();
  await server.join(theirs.context().request, "Ingrid");
  const answer = await theirs.context().request.get(`${server.url}/api/images?limit=1000`);
  const street = ((await answer.json()) as ImagePage).items.find(({ name }) => name === "street.png");
  await theirs.goto(`${server.url}/images/${street?.id}`);
  const at = new Annotating(theirs);
  await at.ready();
  const ingrid = batch(page, "Ingrid");
  await expect(ingrid).toContainText("street.png");
  await expect(batch(page, "Streets, March").getByRole("img", { name: "1 in work" })).toBeVisible();

  await at.clickAndSee({ x: 300, y: 220 });
  await at.accept(1);
  await menu(page, "Streets, March", "Delete");
  await page.getByLabel("Type Streets, March to delete it").fill("Streets, March");
  await page.getByRole("button", { name: "Delete the batch" }).click();
  await expect(page.getByText("Somebody works on street.png now.")).toBeVisible();
  await page.getByRole("button", { name: "Keep it" }).click();

  await theirs.getByRole("button", { name: "Submit" }).click();
  await expect(batch(page, "Streets, March")).toContainText("1 of 1 finished");
  await expect(batch(page, "Streets, March")).toContainText("1 in review");
  await expect(ingrid).not.toContainText("street.png");
  await expect(ingrid.getByRole("cell").nth(2)).toHaveText("1");
  await expect(ingrid.getByRole("cell").nth(4)).toHaveText("1");
  await theirs.context().close();

  await page.getByRole("link", { name: "Streets, March" }).click();
  await expect(page).toHaveURL(/\/images\?batch=/);
  await expect(page.getByRole("article")).toHaveCount(1);
  await page.goBack();

  await menu(page, "Streets, March", "Delete");
  await expect(page.getByText("1 image and 1 mask are deleted for good.")).toBeVisible();
  const sure = page.getByRole("button", { name: "Delete the batch" });
  await page.getByLabel("Type Streets, March to delete it").fill("Streets");
  await expect(sure).toBeDisabled();
  await page.getByLabel("Type Streets, March to delete it").fill("Streets, March");
  await sure.click();
  await expect(batch(page, "Streets, March")).toBeHidden();
  await expect(batch(page, "First batch")).toContainText("of 10 finished");
});

test("a failed job says why, and is tried again alone or with others of its reason", async ({
  page,
  ownServer: server,
}) => {
  // While the first ones are embedded, the pictures of the last three are taken away.
  const files = Array.from({ length: 12 }, (_, number) => photo(`job-${number}.png`, 20 + number, 600, 440));
  for (const file of files) await importFile(server, file);
  const lost = files.slice(-3).map((file) => storedPicture(server, file));
  for (const blob of lost) renameSync(blob, `${blob}.away`);

  await page.goto(`${server.url}/overview`);
  const queue = page.getByRole("region", { name: "Queue and workers" });
  await expect(queue.getByRole("list", { name: "Workers" })).toContainText("alive");
  const failed = queue.getByRole("list", { name: "Failed jobs" }).getByRole("listitem");
  await expect(failed).toHaveCount(3, { timeout: EMBEDDING_MS });
  const one = failed.filter({ hasText: "job-9.png" });
  await expect(one).toContainText("The stored picture is missing.");

  renameSync(`${lost[0]}.away`, lost[0] as string);
  await queue.getByRole("button", { name: "Try job-9.png again" }).click();
  await expect(failed).toHaveCount(2, { timeout: EMBEDDING_MS });
  await expect(one).toBeHidden();

  for (const blob of lost.slice(1)) renameSync(`${blob}.away`, blob);
  await expect(queue.getByRole("button", { name: "Try all 2 embeddings again" })).toBeVisible();
  await page.getByRole("link", { name: "Dashboard", exact: true }).click();
  const reason = page.getByRole("list", { name: "Failures by reason" }).getByRole("listitem");
  await expect(reason).toContainText("Embeddings2 jobs, last");
  await reason.getByRole("button", { name: /^Try again: embeddings, The stored picture is missing/ }).click();
  await expect(page.getByText("Nothing has failed.")).toBeVisible();
  const { summary } = await server.get<ImagePage>("/api/images");
  await expect
    .poll(async () => (await server.get<ImagePage>("/api/images")).summary.ready)
    .toBe(summary.total);
});

test("an annotator neither sees nor reaches the overview", async ({ browser, server }) => {
  const context = await browser.newContext();
  await server.join(context.request, "Olga Overview");
  const page = await context.newPage();
  await page.goto(server.url);
  await expect(page.getByRole("link", { name: "Images" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Overview" })).toBeHidden();
  await page.goto(`${server.url}/overview`);
  await expect(page.getByRole("heading", { name: "This page is for managers" })).toBeVisible();
  await page.getByRole("link", { name: "To the images" }).click();
  await expect(page).toHaveURL(`${server.url}/images`);
  await context.close();
});
