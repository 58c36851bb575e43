import { cpSync } from "node:fs";
import { test } from "@playwright/test";
import { preparedIn } from "./fixtures";
import { Server } from "./server";

// biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
test("a data folder whose samples are embedded", async ({}, { project }) => {
  const server = await Server.start();
  try {
    await server.samplesReady();
    await server.pause();
    cpSync(server.dataDir, preparedIn(project.outputDir), { recursive: true });
  } finally {
    await server.stop();
  }
});
