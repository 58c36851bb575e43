import { test as base, expect } from "@playwright/test";
import { Server } from "./server";

/**
 * `server`: one running Maskloop shared by all specs of a worker, with the sample photos in it. Specs bring photos of
 * their own and leave the samples alone. `ownServer`: one for this test only, to stop, restart or damage.
 */
export const test = base.extend<{ ownServer: Server }, { server: Server }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
    async ({}, use) => withServer(use),
    { scope: "worker", timeout: 150_000 },
  ],
  ownServer: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
    async ({}, use) => withServer(use),
    { timeout: 150_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  context: async ({ context }, use) => {
    await context.addInitScript(rememberTour);
    await use(context);
  },
});

export { expect };

/** As for somebody who has been here before: nothing of the first-use tour lies over the picture. */
function rememberTour(): void {
  localStorage.setItem("maskloop.tour", "seen");
}

async function withServer(use: (server: Server) => Promise<void>): Promise<void> {
  const server = await Server.start();
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}
