import { join } from "node:path";
import { type APIRequestContext, test as base, expect } from "@playwright/test";
import { OWN_PAGE, Server } from "./server";

/**
 * `server`: one running Maskloop shared by all specs of a worker, with the sample photos in it. Specs bring photos of
 * their own and leave the samples alone. `ownServer`: one for this test only, to stop, restart or damage; it begins with
 * a copy of `prepared`, the data folder that prepare.setup.ts has made. `firstStart`: one that has just begun.
 *
 * `page` and `request` are the admin's, signed in at the one of these servers that the test uses: browsers keep cookies
 * by host, whatever the port.
 */
export const test = base.extend<
  { ownServer: Server; firstStart: Server },
  { server: Server; prepared: string }
>({
  prepared: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
    async ({}, use, { project }) => use(preparedIn(project.outputDir)),
    { scope: "worker" },
  ],
  server: [
    async ({ prepared }, use) => withServer(await Server.start({}, prepared), use),
    { scope: "worker", timeout: 150_000 },
  ],
  ownServer: [
    async ({ prepared, context, request }, use) =>
      withServer(await Server.start({}, prepared), async (server) => {
        await signIn(server, context.request, request);
        await use(server);
      }),
    { timeout: 150_000 },
  ],
  firstStart: [
    async ({ context, request }, use) =>
      withServer(await Server.start(), async (server) => {
        await signIn(server, context.request, request);
        await use(server);
      }),
    { timeout: 150_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  context: async ({ context, server }, use) => {
    await context.addInitScript(rememberTour);
    await signIn(server, context.request);
    await use(context);
  },
  request: async ({ playwright, server }, use) => {
    const request = await playwright.request.newContext({ extraHTTPHeaders: OWN_PAGE });
    await signIn(server, request);
    await use(request);
    await request.dispose();
  },
});

export { expect };

/** A data folder whose samples are embedded, made once for all tests of a run. */
export const preparedIn = (outputDir: string) => join(outputDir, "prepared");

export async function signIn(server: Server, ...requests: APIRequestContext[]): Promise<void> {
  for (const each of requests) await server.signIn(each);
}

/** As for somebody who has been here before: nothing of the first-use tour lies over the picture. */
function rememberTour(): void {
  localStorage.setItem("maskloop.tour", "seen");
}

async function withServer(server: Server, use: (server: Server) => Promise<void>): Promise<void> {
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}
