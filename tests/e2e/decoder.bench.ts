import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { expect, test } from "@playwright/test";
import type { Figures } from "./decoderBench";

// The project's decoder and the public export's layout side by side: the same weights, photo and prompts, turn
// by turn in one worker of one page, so that whatever else the machine does slows both.

const ROOT = resolve(__dirname, "../..");
const RUNTIME = join(ROOT, "frontend/node_modules/onnxruntime-web/dist");
const PYTHON = process.env.MASKLOOP_PYTHON ?? join(ROOT, ".venv/bin/python");
const THREADS = [1, 2];

test("the decoder beside the public layout", async ({ browser }) => {
  test.setTimeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), "maskloop-bench-"));
  const server = await serve({
    "/runtime/": RUNTIME,
    "/files/": folder,
    "/": __dirname,
  });
  try {
    execFileSync(PYTHON, ["-m", "tools.bench_decoder_files", folder], { cwd: ROOT, stdio: "inherit" });
    const figures: Record<string, Figures> = {};
    for (const threads of THREADS) {
      const page = await browser.newPage();
      await page.goto(`${addressOf(server)}/decoderBench.html`);
      figures[`threads_${threads}`] = await page.evaluate(
        (count) =>
          new Promise<Figures>((done, failed) => {
            const worker = new Worker("/decoderBench.js", { type: "module" });
            worker.onmessage = ({ data }) => ("error" in data ? failed(new Error(data.error)) : done(data));
            worker.onerror = (event) => failed(new Error(event.message));
            worker.postMessage(count);
          }),
        threads,
      );
      await page.close();
    }
    for (const { agreement } of Object.values(figures)) expect(agreement.iou).toBeGreaterThan(0.999);
    process.stdout.write(`RESULT ${JSON.stringify({ bench: "decoder", grid: 64, ...figures })}`);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** A server of files with the headers that threads need. */
async function serve(folders: Record<string, string>): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const prefix = Object.keys(folders).find((start) => path.startsWith(start)) as string;
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    try {
      const body = readFileSync(join(folders[prefix] as string, path.slice(prefix.length)));
      response.setHeader("Content-Type", TYPES[extname(path)] ?? "application/octet-stream");
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

function addressOf(server: HttpServer): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
