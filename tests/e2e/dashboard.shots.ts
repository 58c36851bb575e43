import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { PYTHON } from "./annotating";
import { expect, test } from "./fixtures";
import { everyLook } from "./screens";

const ROOT = resolve(__dirname, "../..");

// The dashboard after eight weeks of a team's work, in both themes and two sizes.
test("the managers' dashboard", async ({ page, ownServer: server }) => {
  test.setTimeout(600_000);
  execFileSync(PYTHON, ["-m", "tests.e2e.history"], {
    cwd: ROOT,
    env: { ...process.env, MASKLOOP_DATA_DIR: server.dataDir },
  });
  await page.goto(`${server.url}/dashboard`);
  await expect(page.getByRole("row", { name: "Aiko" })).toBeVisible();
  await everyLook(page, "dashboard");
});
