import { expect, test } from "@playwright/test";
import { Annotating } from "./annotating";
import { photo } from "./pictures";
import { Team } from "./team";

const WIDTH = 600;
const HEIGHT = 440;
const BACK_MS = 45_000; // the outbox tries every half a minute at the latest

test("two managers at two web servers see each other's work, whatever is restarted meanwhile", async ({
  browser,
}) => {
  const team = await Team.start();
  const contexts = await Promise.all([browser.newContext(), browser.newContext()]);
  for (const context of contexts)
    await context.addInitScript(() => localStorage.setItem("maskloop.tour", "seen"));
  try {
    const [boss, other] = await Promise.all(contexts.map((context) => context.newPage()));
    if (!boss || !other) throw new Error("a browser has no page");
    await team.signInAdmin(boss.context().request);
    await team.join(other.context().request, "Tove", "manager");

    // A photo imported at one server is embedded by a worker and shown at the other.
    await other.goto(`${team.web[1]}/images`);
    const imageId = await team.importPhoto(boss.request, photo("team.png", 101, WIDTH, HEIGHT));
    const card = other.getByRole("article", { name: "team.png", exact: true });
    await expect(card).toContainText("ready", { timeout: 60_000 });
    await boss.goto(`${team.web[0]}/images/${imageId}`);
    const at = new Annotating(boss);
    await at.ready();

    await at.clickAndSee({ x: 300, y: 220 });
    await at.accept(1);
    await expect(at.saveState).toHaveText("All saved");
    await expect(card).toContainText("1 mask");

    // Without a database masks wait in the browser; then they are saved by themselves, and told.
    await team.tell("stop postgres");
    await at.stroke("b", { x: 60, y: 60 }, { x: 120, y: 60 });
    await at.accept(2);
    await expect(at.saveState).toHaveText("1 waiting for the server");
    await team.tell("start postgres");
    await expect(at.saveState).toHaveText("All saved", { timeout: BACK_MS });
    await expect(card).toContainText("2 masks");

    // The web server of one page dies: the other's goes on, and the page does when it is back.
    await team.tell("kill web-0");
    await at.stroke("b", { x: 60, y: 360 }, { x: 120, y: 360 });
    await at.accept(3);
    await expect(at.saveState).toHaveText("1 waiting for the server");
    await other.reload();
    await expect(card).toContainText("2 masks");
    await team.tell("start web-0");
    await expect(at.saveState).toHaveText("All saved", { timeout: BACK_MS });
    await expect(card).toContainText("3 masks");

    // So does the worker: what comes in waits, and is embedded by the next one.
    await team.tell("kill embed");
    await boss.goto(`${team.web[0]}/images`);
    await boss.getByLabel("Files to import").setInputFiles([photo("team-later.png", 102, WIDTH, HEIGHT)]);
    const later = other.getByRole("article", { name: "team-later.png", exact: true });
    await expect(later).toContainText("queued");
    await team.tell("start embed");
    await expect(later).toContainText("ready", { timeout: 60_000 });
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
    await team.stop();
  }
});
