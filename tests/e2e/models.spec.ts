import type { Locator, Page } from "@playwright/test";
import type { RegisteredModel } from "../../frontend/src/api/types";
import { Annotating, savedMasks } from "./annotating";
import { expect, test } from "./fixtures";
import { allEmbedded, annotateDiscs } from "./training";

const EMBEDDING_MS = 90_000;
const RUN_MS = 120_000;
const STAGE = "Assisted manual";

function section(page: Page, name: string): Locator {
  return page.getByRole("region", { name, exact: true });
}

async function trainFor(page: Page, minutes: string): Promise<void> {
  await page.getByRole("button", { name: `Change the rule: ${STAGE}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Minutes").fill(minutes);
  await dialog.getByLabel("Put to use").selectOption({ label: "By an admin only" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("listitem", { name: STAGE, exact: true })).toContainText(
    `Trains the decoder for ${minutes} min; put to use by an admin only`,
  );
}

test("an admin trains a model, stops a run, puts the new model to use, and goes back", async ({
  page,
  browser,
  ownServer,
}) => {
  await page.goto(`${ownServer.url}/images`);
  await page.getByRole("link", { name: "Models", exact: true }).click();
  await expect(section(page, "In use")).toContainText("Shipped with Maskloop");
  await expect(section(page, "In use")).toContainText("Nobody has made masks with a model yet");
  await expect(section(page, "Training runs")).toContainText("Nothing has been trained yet");
  const start = page.getByRole("button", { name: `Train now: ${STAGE}` });
  await start.click();
  await expect(page.getByRole("alert")).toContainText("Annotate more first");

  await annotateDiscs(ownServer, 2, 1);
  await expect.poll(() => allEmbedded(ownServer), { timeout: EMBEDDING_MS }).toBe(true);
  await expect(page.getByRole("listitem", { name: STAGE, exact: true })).toContainText("3 new masks");

  await trainFor(page, "30");
  await start.click();
  const present = page.getByRole("article", { name: "The run that goes on" });
  await expect(present).toContainText("asked for by admin");
  await expect(present.getByRole("img", { name: /^Loss, \d/ })).toBeVisible({ timeout: RUN_MS });
  await page.getByRole("button", { name: "Train now: Semi-automatic" }).click();
  await expect(page.getByRole("alert")).toContainText("A run of this project is going on");
  await expect(present).toContainText(/· in (float32|bfloat16)/);
  const answered = page.waitForResponse(/\/cancel$/);
  await present.getByRole("button", { name: "Stop the run" }).click();
  expect(await (await answered).json()).toMatchObject({ state: "stopping", finished_at: null });
  await expect(present).toBeHidden();
  await expect(page.getByRole("listitem", { name: `${STAGE}: stopped` })).toContainText("Try again");

  await trainFor(page, "0.05");
  await start.click();
  await expect(present).toBeVisible();
  await expect(present).toBeHidden({ timeout: RUN_MS });
  const models = await ownServer.get<RegisteredModel[]>("/api/models");
  const trained = models.at(-1) as RegisteredModel;
  const run = page.getByRole("listitem", { name: `${STAGE}: ${trained.name}` });
  await expect(run).toContainText("Left to an admin: mean IoU at one click");
  await run.getByRole("button", { name: /^Show the figures/ }).click();
  const qualities = run.getByRole("table", { name: "Both models on the held-out masks" });
  await expect(qualities.getByRole("row", { name: "all, of 1 image" })).toBeVisible();
  await expect(qualities.getByRole("row", { name: /^clicked 1 0\.\d{3}→0\.\d{3}/ })).toBeVisible();
  await expect(run.getByRole("img", { name: /^IoU while training/ })).toBeVisible();

  const context = await browser.newContext();
  await ownServer.join(context.request, "Nora");
  const annotator = await context.newPage();
  await annotator.goto(`${ownServer.url}/images`);
  await annotator.getByRole("button", { name: "Annotate", exact: true }).click();
  const at = new Annotating(annotator);
  await at.ready();
  const opened = at.imageId;

  const row = page.getByRole("row", { name: trained.name, exact: true });
  await expect(row).toContainText("Trained from starter on 2 masks, the decoder alone");
  await expect(row).toContainText(/0\.\d{3}→0\.\d{3}/);
  await row.getByRole("button", { name: `Deploy ${trained.name}` }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("It reads the same embeddings as starter");
  await dialog.getByLabel("Reason").fill("Better at discs");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(section(page, "In use")).toContainText(trained.name);
  await expect(section(page, "In use")).toContainText("Better at discs");

  // The open image keeps its model, the next one has the new.
  const starter = models.find(({ name }) => name === "starter") as RegisteredModel;
  await at.clickAndSee(await at.inTheMiddle());
  await at.accept(1);
  await annotator.keyboard.press("Control+Enter");
  await expect(annotator).not.toHaveURL(new RegExp(opened));
  await at.ready();
  await at.clickAndSee(await at.inTheMiddle());
  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");
  const modelsOf = async (imageId: string) =>
    (await savedMasks(context.request, ownServer.url, imageId)).map(({ model_id }) => model_id);
  expect(await modelsOf(opened)).toEqual([starter.id]);
  expect(await modelsOf(at.imageId)).toEqual([trained.id]);
  await context.close();

  await page.getByRole("button", { name: "Roll back to starter" }).click();
  await expect(dialog).toContainText(`${trained.name} stays in the list`);
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await expect(dialog).toBeHidden();
  await expect(section(page, "In use")).toContainText(`Back from ${trained.name}`);
  const changes = page.getByRole("list", { name: "Changes of the model" }).getByRole("listitem");
  await expect(changes).toHaveCount(2);
  await expect(changes.last()).toContainText("Better at discs");
});

test("a manager sees models and rules but changes none, and an annotator is told whom to ask", async ({
  browser,
  server,
}) => {
  const context = await browser.newContext();
  await server.join(context.request, "Millicent", "manager");
  const page = await context.newPage();
  await page.goto(`${server.url}/models`);
  await expect(page.getByRole("listitem", { name: STAGE, exact: true })).toContainText(
    "Only when an admin starts it",
  );
  await expect(section(page, "All models").getByRole("row", { name: "starter" })).toContainText("in use");
  await expect(page.getByRole("button", { name: /Train now|Change the rule|Deploy|Roll back/ })).toHaveCount(
    0,
  );
  await context.close();

  const other = await browser.newContext();
  await server.join(other.request, "Mortimer");
  const theirs = await other.newPage();
  await theirs.goto(`${server.url}/models`);
  await expect(theirs.getByText("Ask one of them about the model.")).toBeVisible();
  await expect(theirs.getByRole("link", { name: "Models", exact: true })).toHaveCount(0);
  await other.close();
});
