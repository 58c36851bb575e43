import { defineConfig } from "@playwright/test";

/** Browser tests of the built page against a real `maskloop run`; tests/e2e/fixtures.ts starts it. */
export default defineConfig({
  testDir: "../tests/e2e",
  projects: [
    { name: "prepare", testMatch: "prepare.setup.ts" },
    { name: "e2e", testMatch: "*.spec.ts", dependencies: ["prepare"] },
    { name: "proofs", testMatch: "*.proof.ts", dependencies: ["prepare"] },
    { name: "screenshots", testMatch: "*.shots.ts", dependencies: ["prepare"] },
    {
      name: "bench",
      testMatch: "*.bench.ts",
      dependencies: ["prepare"],
      retries: 0,
      use: { screenshot: "off" },
    },
  ],
  outputDir: "test-results",
  workers: 1,
  // A machine that stands still for seconds fails a test that waits for them; one that needed it is listed as flaky.
  retries: process.env.CI ? 1 : 0,
  fullyParallel: false,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    // Traces film the page, which takes a third of the time from it.
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: {
      // The distribution's Chromium; Playwright's own is never downloaded.
      executablePath: process.env.MASKLOOP_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
