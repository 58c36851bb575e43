import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { Annotating } from "./annotating";
import { expect, test } from "./fixtures";

const SCREENS = resolve(__dirname, "../../docs/screens");
const ALL_EMBEDDED_MS = 240_000;
const SIZES = [
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
];
const THEMES = ["dark", "light"] as const;

// Five states of the annotator's screen in both themes and two sizes: `make screenshots` renews docs/screens.
test("the annotator's screen", async ({ page, ownServer }) => {
  test.setTimeout(900_000);
  await page.goto(ownServer.url);
  await expect(page.getByText(/^Ready 10$/)).toBeVisible({ timeout: ALL_EMBEDDED_MS });
  await page.getByRole("article", { name: "two-dogs.jpg" }).getByRole("link").first().click();
  const at = new Annotating(page);
  await at.ready();
  const shoot = (state: string) => everyLook(page, state);
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

async function everyLook(page: Page, state: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    if (state === "candidates" || state === "correcting" || state === "masks") await page.keyboard.press("0");
    for (const theme of THEMES) {
      await page.evaluate((scheme) => {
        document.documentElement.dataset.mantineColorScheme = scheme;
      }, theme);
      await page.waitForTimeout(400); // panels slide, and the canvas is drawn for its new size
      const path = `${SCREENS}/${state}-${theme}-${size.width}.jpg`;
      await page.screenshot({ path, type: "jpeg", quality: 80 });
    }
  }
  await page.setViewportSize(SIZES[0] as { width: number; height: number });
  if (state !== "keys") await page.keyboard.press("1");
  await page.waitForTimeout(200);
}
