import { resolve } from "node:path";
import type { Page } from "@playwright/test";

const SCREENS = resolve(__dirname, "../../docs/screens");
const SIZES = [
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
];
const THEMES = ["dark", "light"] as const;

/** Pictures of the page as it is, in both themes and two sizes, for docs/screens; `fit` follows each new size. */
export async function everyLook(page: Page, name: string, fit?: () => Promise<void>): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await fit?.();
    for (const theme of THEMES) {
      await page.evaluate((scheme) => {
        document.documentElement.dataset.mantineColorScheme = scheme;
      }, theme);
      await page.waitForTimeout(400); // panels slide, and what is drawn is drawn for its new size
      await page.screenshot({
        path: `${SCREENS}/${name}-${theme}-${size.width}.jpg`,
        type: "jpeg",
        quality: 80,
      });
    }
  }
}
