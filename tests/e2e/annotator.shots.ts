import type { Page } from "@playwright/test";
import { Annotating } from "./annotating";
import { expect, test } from "./fixtures";
import { everyLook } from "./screens";

const ALL_EMBEDDED_MS = 240_000;

// Five states of the annotator's screen in both themes and two sizes: `make screenshots` renews docs/screens.
test("the annotator's screen", async ({ page, ownServer }) => {
  test.setTimeout(900_000);
  await page.goto(ownServer.url);
  await expect(page.getByText(/^Ready 10$/)).toBeVisible({ timeout: ALL_EMBEDDED_MS });
  await page.getByRole("article", { name: "two-dogs.jpg" }).getByRole("link").first().click();
  const at = new Annotating(page);
  await at.ready();
  const shoot = (state: string) => shootAll(page, state);
  const clicks = async (...places: [x: number, y: number, button?: "right"][]) => {
    for (const [x, y, button] of places) await at.clickAndSee({ x, y }, { button });
  };

  await clicks([655, 345]);
  await shoot("candidates");

  await clicks([540, 330, "right"], [640, 250], [700, 400]);
  await page.keyboard.press("b");
  await at.hover({ x: 700, y: 300 });
  await shoot("correcting");

  await page.keyboard.press("c");
  await at.accept(1);
  await clicks([538, 361], [525, 235], [640, 360, "right"], [515, 430]);
  await at.accept(2);
  await page.keyboard.press("t");
  await at.click({ x: 525, y: 300 });
  await shoot("masks");

  await page.keyboard.press("z");
  for (let step = 0; step < 5; step++) await page.keyboard.press("+");
  await page.keyboard.press("k");
  await shoot("close-up");
  await page.keyboard.press("k");
  await page.keyboard.press("0");

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await shoot("keys");
});

async function shootAll(page: Page, state: string): Promise<void> {
  const isFitted = state === "candidates" || state === "correcting" || state === "masks";
  await everyLook(page, state, async () => {
    if (isFitted) await page.keyboard.press("0");
  });
  await page.setViewportSize({ width: 1280, height: 800 });
  if (state !== "keys") await page.keyboard.press("1");
  await page.waitForTimeout(200);
}
