import { resolve } from "node:path";
import { Annotating } from "./annotating";
import { expect, test } from "./fixtures";

const DOCS = resolve(__dirname, "../../docs");
const ALL_EMBEDDED_MS = 240_000;

// The pictures in README.md: `make screenshots` renews them from the sample photos and the starter model.
test("screenshots", async ({ page, ownServer }) => {
  test.setTimeout(420_000);
  await page.goto(ownServer.url);
  await expect(page.getByText(/^Ready 10$/)).toBeVisible({ timeout: ALL_EMBEDDED_MS });
  await page.getByRole("button", { name: "Hide this notice" }).click();
  await page
    .getByRole("complementary", { name: "About your password" })
    .getByRole("button", { name: "Not now" })
    .click();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${DOCS}/images.png` });

  await page.getByRole("article", { name: "two-dogs.jpg" }).getByRole("link").click();
  const at = new Annotating(page);
  await expect(page.getByTestId("annotator")).toHaveAttribute("data-decoder", "ready", { timeout: 60_000 });
  const clicks = async (...places: [x: number, y: number, button?: "right"][]) => {
    for (const [x, y, button] of places) {
      await at.click({ x, y }, { button });
      await page.waitForTimeout(500); // as people do: each click after the answer to the one before
    }
  };
  await clicks([538, 361], [525, 235], [640, 360, "right"], [515, 430]);
  await at.accept(1);
  await clicks([655, 345], [540, 330, "right"], [640, 250], [700, 400]);
  await page.waitForTimeout(1500); // the mask has no other sign on the page than its pixels
  await page.screenshot({ path: `${DOCS}/annotator.png` });
});
