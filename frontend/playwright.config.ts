import { defineConfig } from "@playwright/test";

/** Browser tests of the built page against a real `maskloop run`; tests/e2e/fixtures.ts starts it. */
export default defineConfig({
  testDir: "../tests/e2e",
  projects: [
    { name: "e2e", testMatch: "*.spec.ts" },
    { name: "proofs", testMatch: "*.proof.ts" },
    { name: "screenshots", testMatch: "*.shots.ts" },
    { name: "bench", testMatch: "*.bench.ts", retries: 0, use: { screenshot: "off" } },
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
