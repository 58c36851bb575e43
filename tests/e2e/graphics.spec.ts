import { createHash } from "node:crypto";
import { expect, test } from "./fixtures";

test("a browser that computes wrong masks is told apart, and the page says what to do", async ({
  page,
  server,
}) => {
  // Changing the known answer is the same to the page as changing the browser's arithmetic.
  const active = await (await page.request.get(`${server.url}/api/models/active`)).json();
  const decoder = await (await page.request.get(server.url + active.decoder.url)).body();
  const text = decoder
    .toString("latin1")
    .replace(/("answer":\[\[)([^,]+)/, (_, start: string, value: string) => start + "9".repeat(value.length));
  const body = Buffer.from(text, "latin1");
  const sha256 = createHash("sha256").update(body).digest("hex");
  await page.route("**/api/models/*/decoder?*", (route) => route.fulfill({ body }));
  await page.route("**/api/images/*", async (route) => {
    const response = await route.fetch();
    const image = await response.json();
    image.model.decoder.sha256 = sha256;
    await route.fulfill({ response, json: image });
  });
  await page.goto(`${server.url}/images`);
  await page.getByRole("article").filter({ hasText: "ready" }).first().getByRole("link").first().click();
  await expect(page.getByRole("alert")).toContainText("masks are wrong in this browser");
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
});
