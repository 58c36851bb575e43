import { expect, test } from "./fixtures";
import { Server } from "./server";
test("shot", async ({ page, context, prepared }) => {
  const server = await Server.start({ MASKLOOP_FRONTEND_DIR: "/tmp/auto-dist" }, prepared);
  try {
    await server.signIn(context.request);
    const base = { masks: 0, masks_per_image: null, images_per_minute: null, seconds_left: null, failures: [], detector: null };
    const det = { state: "running", image_count: 12, mask_count: 214, progress: 0.35, recall: null, error: null };
    const out: Record<string, unknown> = {
      a: { ...base, stage: "semi_automatic", detector: det, seconds_left: 150, images: { total: 40, waiting: 40, running: 0, done: 0, failed: 0 } },
      b: { ...base, stage: "semi_automatic", detector: { ...det, state: "done", recall: 0.62 }, masks: 130, masks_per_image: 10.8, images_per_minute: 14.2, seconds_left: 110, images: { total: 40, waiting: 27, running: 1, done: 12, failed: 0 } },
      c: { ...base, stage: "fully_automatic", masks: 800, masks_per_image: 21.1, images: { total: 40, waiting: 0, running: 0, done: 38, failed: 2 }, failures: [{ image_id: "1", name: "street.jpg", reason: "The stored picture is missing. Import the image again." }, { image_id: "2", name: "two.jpg", reason: "Anna works on two.jpg. Unless they go on, it is free at 10:00:00 UTC." }] },
      d: { ...base, stage: "semi_automatic", detector: { ...det, state: "failed", error: "The worker died 3 times while it was at this. Its memory may be too small." }, images: { total: 40, waiting: 40, running: 0, done: 0, failed: 0 } },
    };
    await page.route("**/api/batches/*/stage", (route) => route.fulfill({ json: out[route.request().url().split("/").at(-2) as string] as object }));
    await page.goto(`${server.url}/images`);
    await expect(page.getByTestId("stage-progress")).toHaveCount(4);
    await page.screenshot({ path: "/tmp/auto-stage.png" });
  } finally {
    await server.stop();
  }
});
