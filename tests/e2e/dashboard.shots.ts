import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { PYTHON } from "./annotating";
import { expect, test } from "./fixtures";

const ROOT = resolve(__dirname, "../..");
const SCREENS = resolve(ROOT, "docs/screens");
const SIZES = [
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
];
const THEMES = ["dark", "light"] as const;

// The dashboard after eight weeks of a team's work, in both themes and two sizes.
test("the managers' dashboard", async ({ page, ownServer: server }) => {
  test.setTimeout(600_000);
  execFileSync(PYTHON, ["-m", "tests.e2e.history"], {
    cwd: ROOT,
    env: { ...process.env, MASKLOOP_DATA_DIR: server.dataDir },
  });
  await page.goto(`${server.url}/dashboard`);
  await expect(page.getByRole("row", { name: "Aiko" })).toBeVisible();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const theme of THEMES) {
      await page.evaluate((scheme) => {
        document.documentElement.dataset.mantineColorScheme = scheme;
      }, theme);
      await page.waitForTimeout(400);
      const path = `${SCREENS}/dashboard-${theme}-${size.width}.jpg`;
      await page.screenshot({ path, type: "jpeg", quality: 80 });
    }
  }
});
