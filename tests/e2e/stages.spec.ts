import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ImageDetail, ImportReport, StageOut } from "../../frontend/src/api/types";
import { Annotating, PYTHON, savedMasks } from "./annotating";
import { expect, test } from "./fixtures";
import { Server } from "./server";

const ROOT = resolve(__dirname, "../..");
const CLOTHING = join(ROOT, "tests/data/clothing/images");
const DRESS = "0859.jpg";
/** Pixels of the proposals on the dress, the surest first, and of the ground beside it. */
const FIRST = { x: 130, y: 180 };
const GROUND = { x: 20, y: 340 };
const AUTOMATIC_MS = 120_000;

const clothing = (name: string) => ({
  name,
  mimeType: "image/jpeg",
  buffer: readFileSync(join(CLOTHING, name)),
});

test("proposed masks are accepted, rejected, corrected and added to, and the image is submitted", async ({
  page,
  server,
  request,
}) => {
  const at = await Annotating.importAndOpen(page, server.url, clothing(DRESS));
  const { imageId } = at;
  execFileSync(PYTHON, ["-m", "tests.e2e.propose", imageId, DRESS], {
    cwd: ROOT,
    env: { ...process.env, MASKLOOP_DATA_DIR: server.dataDir },
  });
  await page.reload();
  await at.ready();
  const proposed = page.getByTestId("proposal-count");
  const count = page.getByTestId("mask-count");
  const row = (name: string) => page.locator("[data-mask-id]", { hasText: name });
  await expect(proposed).toHaveText("Proposed (4)");
  await expect(count).toHaveText("0");
  await expect(row("Proposal 1")).toContainText("90 % sure");

  // The one under the pointer, taken back and taken again.
  await at.hover(FIRST);
  await page.keyboard.press("Shift+A");
  await expect(proposed).toHaveText("Proposed (3)");
  await expect(count).toHaveText("1");
  await page.keyboard.press("Control+z");
  await expect(proposed).toHaveText("Proposed (4)");
  await page.keyboard.press("Control+Shift+z");
  await expect(proposed).toHaveText("Proposed (3)");

  // The next one is rejected; the one behind it is selected by that, and corrected.
  await page.keyboard.press("Shift+C");
  await expect(page.locator("[data-proposed=true][data-selected=true]")).toHaveCount(1);
  await page.keyboard.press("Shift+X");
  await expect(proposed).toHaveText("Proposed (2)");
  await page.keyboard.press("Shift+E");
  await at.stroke("b", GROUND, { x: GROUND.x + 60, y: GROUND.y });
  await at.accept(2);
  await expect(proposed).toHaveText("Proposed (1)");

  // What the machine has missed.
  await at.stroke("b", { x: 350, y: 40 }, { x: 400, y: 40 });
  await at.accept(3);
  await expect(at.saveState).toHaveText("All saved");

  await page.keyboard.press("Control+Enter");
  const dialog = page.getByRole("dialog", { name: "1 proposal is left" });
  await expect(dialog.getByRole("button", { name: "Show it" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.locator("[data-proposed=true][data-selected=true]")).toHaveCount(1);
  await page.keyboard.press("Control+Enter");
  await dialog.getByRole("button", { name: "Reject the rest" }).click();
  await expect(page).not.toHaveURL(new RegExp(imageId));

  const image = (await (await request.get(`${server.url}/api/images/${imageId}`)).json()) as ImageDetail;
  expect(image.work.state).toBe("submitted");
  const masks = await savedMasks(request, server.url, imageId);
  const seen = masks.map(({ source, state }) => `${source} ${state}`).sort();
  expect(seen).toEqual(["detected accepted", "edited accepted", "painted accepted"]);
  const accepted = masks.find(({ source }) => source === "detected");
  const corrected = masks.find(({ source }) => source === "edited");
  expect(accepted).toMatchObject({ active_ms: 0, author_id: null, version: 4 });
  expect(corrected?.author_id).toBeNull();
  expect(corrected?.active_ms).toBeGreaterThan(0);
});

test("images of a fully-automatic batch are masked and submitted without anybody", async ({
  page,
  context,
  prepared,
}) => {
  const settings = { MASKLOOP_AUTOMASK_POINTS_PER_SIDE: "8" };
  const server = await Server.start(settings, prepared);
  try {
    await server.signIn(context.request);
    const batch = await server.send<{ id: string }>("POST", "/api/batches", { name: "Automatic" });
    const form = new FormData();
    for (const name of ["0001.jpg", "0206.jpg"])
      form.append("files", new Blob([readFileSync(join(CLOTHING, name))]), name);
    const answer = await server.fetch(`/api/images?batch=${batch.id}`, { method: "POST", body: form });
    const report = (await answer.json()) as ImportReport;
    const ids = report.files.map(({ image_id }) => image_id as string);
    const path = `/api/batches/${batch.id}/stage`;
    await page.goto(`${server.url}/overview`);
    await page.getByRole("button", { name: "What to do with Automatic" }).click();
    await page.getByRole("menuitem", { name: /the model alone/ }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("On 2 images the model makes all masks.");
    await dialog.getByRole("button", { name: "Enter the stage" }).click();
    await expect(dialog).toBeHidden();
    const refused = server.send("POST", path, { stage: "assisted_manual" });
    await expect(refused).rejects.toThrow("stage_running");
    const done = async () => (await server.get<StageOut>(path)).images;
    await expect
      .poll(done, { timeout: AUTOMATIC_MS })
      .toEqual({ total: 2, waiting: 0, running: 0, done: 2, failed: 0 });

    const status = await server.get<StageOut>(path);
    expect(status.masks).toBeGreaterThan(0);
    const [imageId] = ids as [string];
    const image = await server.get<ImageDetail>(`/api/images/${imageId}`);
    expect(image.work).toMatchObject({ state: "submitted", by: "automatic" });
    await page.goto(`${server.url}/images/${imageId}`);
    await expect(page.getByTestId("mask-count")).toHaveText(String(image.mask_count));
    await expect(page.getByTestId("work-state")).toHaveText("Submitted");
  } finally {
    await server.stop();
  }
});
