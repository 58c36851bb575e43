import { chromium } from "@playwright/test";
import { Annotating, areaPx } from "./annotating";
import { expect, test } from "./fixtures";
import { photo } from "./pictures";

// `make prove-graphics`: not among what every change runs, as the imitation takes minutes.

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
    await server.signIn(page.context().request);
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
