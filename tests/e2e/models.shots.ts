import type { RegisteredModel, RuleOut } from "../../frontend/src/api/types";
import { expect, test } from "./fixtures";
import { everyLook } from "./screens";
import type { Server } from "./server";
import { allEmbedded, annotateDiscs } from "./training";

// The page of models after a run, while the next one trains, in both themes and two sizes.
test("the models of a project", async ({ page, ownServer: server }) => {
  test.setTimeout(600_000);
  await annotateDiscs(server, 6, 3);
  await expect.poll(() => allEmbedded(server), { timeout: 300_000 }).toBe(true);
  await setMinutes(server, 0.2);
  await server.send("POST", "/api/training/runs", { stage: "assisted_manual" });
  const trained = async () =>
    (await server.get<RegisteredModel[]>("/api/models")).find(({ run_id }) => run_id);
  await expect.poll(async () => Boolean(await trained()), { timeout: 300_000 }).toBe(true);
  await server.send("POST", `/api/models/${(await trained())?.id}/promote`, { reason: "Better at discs" });
  await annotateDiscs(server, 4, 0, 4000);
  await setMinutes(server, 30);
  await server.send("POST", "/api/training/runs", { stage: "assisted_manual" });

  await page.goto(`${server.url}/models`);
  await expect(page.getByRole("img", { name: /^Loss, \d/ })).toBeVisible({ timeout: 120_000 });
  await everyLook(page, "models");
});

async function setMinutes(server: Server, minutes: number): Promise<void> {
  const rule: Partial<RuleOut> = { minutes, promote: "never" };
  await server.send("PUT", "/api/training/rules/assisted_manual", rule);
}
