import { createHash, randomUUID } from "node:crypto";
import { renameSync } from "node:fs";
import { join } from "node:path";
import type { APIRequestContext } from "@playwright/test";
import { encodeRle } from "../../frontend/src/annotator/masks/rle";
import type { BatchOut, ImportReport, JobsOverview, MaskIn } from "../../frontend/src/api/types";
import { expect, test } from "./fixtures";
import { photo, type UploadFile } from "./pictures";
import { everyLook } from "./screens";
import { OWN_PAGE, type Server } from "./server";

const WIDTH = 320;
const HEIGHT = 240;

// The managers' overview on a busy day, in both themes and two sizes.
test("the managers' overview", async ({ page, playwright, ownServer: server }) => {
  test.setTimeout(600_000);
  const made: APIRequestContext[] = [];
  async function join(name: string): Promise<APIRequestContext> {
    const requests = await playwright.request.newContext({ extraHTTPHeaders: OWN_PAGE });
    await server.join(requests, name);
    made.push(requests);
    return requests;
  }
  const [aiko, bruno, chloe] = [await join("Aiko"), await join("Bruno"), await join("Chloé")];

  const streets = await newBatch(server, "Street scenes, March", { priority: 5, second_share: 1 });
  const street = await importPhotos(server, streets, "street", 24, 0);
  for (const [index, id] of street.slice(0, 9).entries()) {
    await saveMasks(index % 2 ? aiko : bruno, server, id, 2 + (index % 4), 3500 + 900 * index);
    await decide(index % 2 ? aiko : bruno, server, id, "submit");
  }
  for (const id of street.slice(0, 2)) await server.send("POST", `/api/images/${id}/accept`);
  await server.send("PATCH", `/api/batches/${streets}`, { second_share: 0, review_share: 1 });
  for (const id of street.slice(9, 12)) {
    await saveMasks(chloe, server, id, 3, 5200);
    await decide(chloe, server, id, "submit");
  }
  await decide(chloe, server, street[12] as string, "skip", "Too dark");
  await decide(aiko, server, street[13] as string, "flag", "Does the mirror belong to the car?");
  await decide(bruno, server, street[14] as string, "later");
  await hold(aiko, server, street[15] as string);
  await hold(bruno, server, street[16] as string);

  const fields = await newBatch(server, "Fields from above", { review_share: 0.2 });
  const field = await importPhotos(server, fields, "field", 12, 60);
  for (const id of field.slice(0, 5)) {
    await saveMasks(chloe, server, id, 6, 4100);
    await decide(chloe, server, id, "submit");
  }
  await newBatch(server, "Night drive");
  const failing = await importPhotos(server, streets, "lost", 2, 90, (file) => takeAway(server, file));
  await expect
    .poll(async () => (await server.get<JobsOverview>("/api/jobs/overview")).kinds[0]?.failed, {
      timeout: 300_000,
    })
    .toBe(failing.length);
  await importPhotos(server, fields, "late", 8, 110);

  await page.goto(`${server.url}/overview`);
  await expect(page.getByRole("list", { name: "Failed jobs" })).toContainText("lost-1.png");
  await expect(page.getByRole("row", { name: "Aiko" })).toContainText("street-16.png");
  await everyLook(page, "overview");
  for (const requests of made) await requests.dispose();
});

async function newBatch(server: Server, name: string, settings: object = {}): Promise<string> {
  return (await server.send<BatchOut>("POST", "/api/batches", { name, ...settings })).id;
}

/** Photos of a batch, their tints from `firstTint` on; their ids. */
async function importPhotos(
  server: Server,
  batchId: string,
  name: string,
  count: number,
  firstTint: number,
  afterEach: (file: UploadFile) => void = () => {},
): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const file = photo(`${name}-${number + 1}.png`, firstTint + number, WIDTH, HEIGHT);
    const form = new FormData();
    form.append("files", new Blob([new Uint8Array(file.buffer)], { type: file.mimeType }), file.name);
    const answer = await server.fetch(`/api/images?batch=${batchId}`, { method: "POST", body: form });
    ids.push(((await answer.json()) as ImportReport).files[0]?.image_id as string);
    afterEach(file);
  }
  return ids;
}

/** The stored picture, so that the image's embedding fails. */
function takeAway(server: Server, { buffer }: UploadFile): void {
  const sha256 = createHash("sha256").update(buffer).digest("hex");
  const blob = join(server.dataDir, "blobs/originals", sha256.slice(0, 2), sha256);
  renameSync(blob, `${blob}.away`);
}

async function saveMasks(
  requests: APIRequestContext,
  server: Server,
  imageId: string,
  count: number,
  activeMs: number,
): Promise<void> {
  for (let number = 0; number < count; number++) {
    const pixels = new Uint8Array(WIDTH * HEIGHT);
    for (let y = 20; y < 60; y++) pixels.fill(1, y * WIDTH + 40 * number, y * WIDTH + 40 * number + 30);
    const mask: MaskIn = {
      image_id: imageId,
      rle: { size: [HEIGHT, WIDTH], counts: encodeRle(pixels, WIDTH, HEIGHT) },
      active_ms: activeMs,
      source: "clicked",
      model_id: null,
      predicted_iou: 0.9,
      prompts: { points: [], box: null, candidate: null, strokes: { brush: 0, erase: 0 } },
    };
    const answer = await requests.put(`${server.url}/api/masks/${randomUUID()}`, { data: mask });
    expect(answer.ok(), await answer.text()).toBe(true);
  }
}

async function decide(
  requests: APIRequestContext,
  server: Server,
  imageId: string,
  what: string,
  note?: string,
): Promise<void> {
  const answer = await requests.post(
    `${server.url}/api/images/${imageId}/${what}`,
    note ? { data: { note } } : {},
  );
  expect(answer.ok(), await answer.text()).toBe(true);
}

async function hold(requests: APIRequestContext, server: Server, imageId: string): Promise<void> {
  const answer = await requests.put(`${server.url}/api/images/${imageId}/lease`);
  expect(answer.ok(), await answer.text()).toBe(true);
}
