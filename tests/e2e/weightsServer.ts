import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const PIECE = 512 * 1024;
const FILE = "team.safetensors";

/** A small checkpoint on a web server that knows ranges, is slow, and can be cut off. */
export class WeightsServer {
  /** Each request's Range header. */
  readonly requests: (string | undefined)[] = [];
  /** Bytes after which the next requests break off. */
  cutAfter: number[] = [];
  pauseMs = 60;
  content: Buffer;

  private constructor(
    private readonly http: HttpServer,
    private readonly folder: string,
    /** The file as it should be. */
    readonly path: string,
    /** MASKLOOP_EXTRA_MODELS that offers it. */
    readonly extraModels: string,
  ) {
    this.content = readFileSync(path);
    http.on("request", (request, response) => void this.answer(request, response));
  }

  static async start(): Promise<WeightsServer> {
    const http = createServer();
    await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
    const folder = mkdtempSync(join(tmpdir(), "maskloop-weights-"));
    const path = join(folder, FILE);
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/${FILE}`;
    const python = join(ROOT, ".venv/bin/python");
    const extra = execFileSync(python, ["-m", "tests.e2e.weights", path, url], {
      cwd: ROOT,
      encoding: "utf8",
    });
    return new WeightsServer(http, folder, path, extra.trim());
  }

  /** Stop the server, as without internet; the file stays. */
  async disconnect(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }

  async stop(): Promise<void> {
    if (this.http.listening) await this.disconnect();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { range } = request.headers;
    this.requests.push(range);
    const start = Number(/bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
    const body = this.content.subarray(start);
    const stop = this.cutAfter.shift() ?? body.length;
    const headers: Record<string, string> = { "Content-Length": String(body.length) };
    if (range) headers["Content-Range"] = `bytes ${start}-${this.content.length - 1}/${this.content.length}`;
    response.writeHead(range ? 206 : 200, headers);
    for (let at = 0; at < Math.min(stop, body.length); at += PIECE) {
      response.write(body.subarray(at, Math.min(at + PIECE, stop)));
      await new Promise((done) => setTimeout(done, this.pauseMs));
    }
    if (stop < body.length) request.socket.destroy();
    else response.end();
  }
}
