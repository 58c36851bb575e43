import { existsSync, mkdtempSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { ImagePage, PublicModels } from "../../frontend/src/api/types";
import { expect, signIn, test } from "./fixtures";
import { Server } from "./server";
import { WeightsServer } from "./weightsServer";

const NOWHERE = "http://127.0.0.1:9/models";
const PREPARED_MS = 90_000;

let web: WeightsServer;
let server: Server;

test.beforeEach(async ({ prepared, context }) => {
  web = await WeightsServer.start();
  const settings = { MASKLOOP_EXTRA_MODELS: web.extraModels, MASKLOOP_MODEL_MIRROR: NOWHERE };
  server = await Server.start(settings, prepared);
  await signIn(server, context.request);
});

test.afterEach(async () => {
  await server.stop();
  await web.stop();
});

const row = (page: Page, name: string) =>
  page.getByRole("list", { name: "Public models" }).getByRole("listitem", { name, exact: true });

/** What downloads and uploads have left on the disk. */
function leftovers(): string[] {
  const folders = [join(server.dataDir, "downloads"), join(server.dataDir, "blobs", "uploads")];
  return folders.filter(existsSync).flatMap((folder) => readdirSync(folder));
}

/** A file of zeros, which takes no room. */
function zeros(size: number): string {
  const path = join(mkdtempSync(join(tmpdir(), "maskloop-zeros-")), "zeros.pt");
  writeFileSync(path, "");
  truncateSync(path, size);
  return path;
}

test("an admin follows the banner, downloads a model over a broken connection, and deploys it", async ({
  page,
}) => {
  web.cutAfter = [5_000_000];
  web.pauseMs = 150;
  await page.goto(`${server.url}/images`);
  const banner = page.getByRole("complementary", { name: "About the model" });
  await expect(banner).not.toContainText("maskloop ");
  await banner.getByRole("link", { name: "Download public models" }).click();

  await expect(row(page, "vit_h")).toContainText("2.6 GB · Apache-2.0 · about");
  await expect(row(page, "vit_b")).toContainText(/about [\d.]+ (s|min) a photo · \d+ photos: /);
  const team = row(page, "team");
  await team.getByRole("button", { name: "Download team" }).click();
  await expect(team).toContainText(/MB of \d+ MB · [\d.]+ [kM]B\/s · /, { timeout: 30_000 });
  await page.reload(); // the job goes on, whoever looks
  await expect(team.getByRole("progressbar", { name: "Progress of team" })).toBeVisible();
  await expect(team.getByRole("button", { name: "Deploy team" })).toBeVisible({ timeout: PREPARED_MS });
  expect(web.requests).toHaveLength(2);
  expect(web.requests[0]).toBeUndefined();
  expect(Number(/^bytes=(\d+)-$/.exec(web.requests[1] ?? "")?.[1])).toBeGreaterThan(1_000_000);
  await expect.poll(leftovers).toEqual([]);

  const { summary } = await server.get<ImagePage>("/api/images");
  await team.getByRole("button", { name: "Deploy team" }).click();
  const dialog = page.getByRole("dialog", { name: "Deploy team?" });
  await expect(dialog.getByRole("status")).toHaveText(
    new RegExp(
      `^${summary.total} photos are prepared for it in the background: .+ \\(about [\\d.]+ s a photo\\)`,
    ),
  );
  await dialog.getByRole("button", { name: "Deploy" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("region", { name: "In use", exact: true })).toContainText("team");
  await expect(team).toContainText("in use");
  await expect
    .poll(
      async () => {
        const { items } = await server.get<PublicModels>("/api/models/public");
        return items.find(({ name }) => name === "team")?.is_measured;
      },
      { timeout: PREPARED_MS },
    )
    .toBe(true);
  await page.reload();
  await expect(team).toContainText(/[\d.]+ s a photo, measured/);
});

test("without internet the page gives the address and takes the file instead", async ({ page }) => {
  await web.disconnect();
  await page.goto(`${server.url}/models`);
  const public_t = row(page, "vit_t");
  await public_t.getByRole("button", { name: "Download vit_t" }).click();
  await expect(public_t.getByRole("alert")).toContainText("No connection to 127.0.0.1", { timeout: 60_000 });
  await expect(public_t.getByRole("link")).toHaveAttribute("href", `${NOWHERE}/mobile_sam.pt`);
  await expect(public_t).toContainText("on a computer with internet, then upload the file here");

  const chooser = public_t.getByLabel("File of vit_t");
  await chooser.setInputFiles(web.path);
  await expect(public_t.getByRole("alert")).toContainText("This is not mobile_sam.pt: it has");
  await chooser.setInputFiles(zeros(40_728_226));
  await expect(public_t.getByRole("alert")).toContainText("its content differs. Nothing was kept.");
  expect(leftovers()).toEqual([]);
  await public_t.getByRole("button", { name: "Dismiss vit_t" }).click();
  await expect(public_t.getByRole("button", { name: "Download vit_t" })).toBeVisible();

  const team = row(page, "team");
  await team.getByLabel("File of team").setInputFiles(web.path);
  await expect(team.getByRole("button", { name: "Deploy team" })).toBeVisible({ timeout: PREPARED_MS });
  expect(web.requests).toEqual([]);
  await expect.poll(leftovers).toEqual([]);
});

test("a file with another digest is refused, and a download can be cancelled", async ({ page }) => {
  const published = web.content;
  web.content = Buffer.alloc(published.length);
  web.pauseMs = 0;
  await page.goto(`${server.url}/models`);
  const team = row(page, "team");
  await team.getByRole("button", { name: "Download team" }).click();
  await expect(team.getByRole("alert")).toContainText("is not the published file", { timeout: 60_000 });
  expect(leftovers()).toEqual([]);
  await expect(team.getByRole("button", { name: /^Deploy/ })).toHaveCount(0);

  web.content = published;
  web.pauseMs = 400;
  await team.getByRole("button", { name: "Try again team" }).click();
  await expect(team).toContainText("MB/s", { timeout: 30_000 });
  await team.getByRole("button", { name: "Cancel team" }).click();
  await expect(team.getByRole("button", { name: "Download team" })).toBeVisible();
  await expect.poll(leftovers, { timeout: 30_000 }).toEqual([]);
});

test("managers look on, and annotators see neither the banner nor a command", async ({ browser }) => {
  const managers = await browser.newContext();
  await server.join(managers.request, "Marla", "manager");
  const theirs = await managers.newPage();
  await theirs.goto(`${server.url}/models`);
  await expect(row(theirs, "vit_b")).toContainText("375 MB");
  await expect(theirs.getByRole("button", { name: /^(Download|Upload|Deploy)/ })).toHaveCount(0);
  await theirs.goto(`${server.url}/images`);
  await expect(
    theirs.getByRole("heading", { name: "Images" }).or(theirs.getByRole("grid")).first(),
  ).toBeVisible();
  await expect(theirs.getByRole("complementary", { name: "About the model" })).toHaveCount(0);
  await managers.close();

  const annotators = await browser.newContext();
  await server.join(annotators.request, "Nils");
  const page = await annotators.newPage();
  await page.goto(`${server.url}/images`);
  await expect(page.getByRole("button", { name: "Annotate", exact: true })).toBeVisible();
  await expect(page.getByRole("complementary", { name: "About the model" })).toHaveCount(0);
  await page.getByRole("button", { name: /^Model: starter/ }).hover();
  await expect(page.getByText("good for trying things out").last()).toBeVisible();
  await expect(page.locator("body")).not.toContainText("maskloop ");
  await annotators.close();
});
