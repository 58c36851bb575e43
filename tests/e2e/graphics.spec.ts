import { chromium, type Route } from "@playwright/test";
import { Annotating, areaPx } from "./annotating";
import { expect, test } from "./fixtures";
import { photo } from "./pictures";

const WIDTH = 600;
const HEIGHT = 440;
const IN_DISC = { x: 300, y: 220 };
const LOADED_MS = 150_000;

test("on a graphics card the decoder gives the processor's masks", async ({ server }, { project }) => {
  test.setTimeout(400_000);
  const { launchOptions } = project.use;
  // Chromium's own imitation of a graphics card: slow, but it runs the same code.
  const args = [...(launchOptions?.args ?? []), "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
  const browser = await chromium.launch({ ...launchOptions, args });
  try {
    const page = await browser.newPage({ viewport: project.use.viewport });
    const at = await Annotating.importAndOpen(page, server.url, photo("graphics.png", 301, WIDTH, HEIGHT));
    const runtime = page.getByTestId("runtime");
    const choose = async (choice: string, shown: string) => {
      await runtime.click();
      await page.getByRole("menuitem", { name: choice }).click();
      await expect(runtime).toHaveText(shown, { timeout: LOADED_MS });
      await at.ready();
    };
    await expect(runtime).toHaveText("CPU"); // An imitation is not what a person would want.
    await at.clickAndSee(IN_DISC);
    const onProcessor = await at.drawn();
    await page.keyboard.press("Escape");
    await page.keyboard.press("h"); // each preview takes the imitation seconds

    await choose("Graphics card in any case", "GPU");
    await at.clickAndSee(IN_DISC, {}, LOADED_MS);
    const onGraphics = await at.drawn();
    const different = onGraphics.filter((value, i) => value !== onProcessor[i]).length;
    expect(different).toBeLessThan(0.002 * areaPx(onProcessor));
  } finally {
    await browser.close();
  }
});

test("a browser that computes wrong masks is told apart, and the page says what to do", async ({
  page,
  server,
}) => {
  // Changing the known answer is the same to the page as changing the browser's arithmetic.
  await page.route("**/api/models/*/decoder?*", async (route: Route) => {
    const response = await route.fetch();
    const text = (await response.body()).toString("latin1");
    const wrong = text.replace(
      /("answer":\[\[)([^,]+)/,
      (_, start: string, value: string) => start + "9".repeat(value.length),
    );
    await route.fulfill({ response, body: Buffer.from(wrong, "latin1") });
  });
  await page.goto(`${server.url}/images`);
  await page.getByRole("article").filter({ hasText: "ready" }).first().getByRole("link").first().click();
  await expect(page.getByRole("alert")).toContainText("masks are wrong in this browser");
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
});
