import type { Route } from "@playwright/test";
import { expect, test } from "./fixtures";

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
