import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ImagePage } from "../../frontend/src/api/types";

const ROOT = resolve(__dirname, "../..");
const COMMAND = process.env.MASKLOOP_COMMAND ?? join(ROOT, ".venv/bin/maskloop");
const START_MS = 90_000;
const STOP_MS = 40_000;

/** A real `maskloop run` - web server, queue and worker - on a data folder and port of its own. */
export class Server {
  private process: ChildProcess | null = null;
  private output = "";

  private constructor(
    readonly url: string,
    readonly dataDir: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /**
   * Starts one with a fresh data folder, or with a copy of `data`; returns when it answers. `settings` are MASKLOOP_
   * variables.
   */
  static async start(settings: Record<string, string> = {}, data?: string): Promise<Server> {
    const dataDir = mkdtempSync(join(tmpdir(), "maskloop-e2e-"));
    if (data) cpSync(data, dataDir, { recursive: true });
    const port = await freePort();
    const server = new Server(`http://127.0.0.1:${port}`, dataDir, {
      ...process.env,
      MASKLOOP_DATA_DIR: dataDir,
      MASKLOOP_PORT: String(port),
      MASKLOOP_WORKER_THREADS: "1",
      ...settings,
    });
    await server.resume();
    return server;
  }

  /** Starts the processes (again) on the same data folder and port. */
  async resume(): Promise<void> {
    const child = spawn(COMMAND, ["run"], { cwd: ROOT, env: this.environment, detached: true });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text: Buffer) => {
        this.output = (this.output + text.toString()).slice(-20_000);
      });
    }
    const deadline = Date.now() + START_MS;
    while (!(await this.answers())) {
      if (child.exitCode !== null || Date.now() > deadline) {
        this.signal("SIGKILL");
        throw new Error(`maskloop run did not start (exit ${child.exitCode}):\n${this.output}`);
      }
      await sleep(100);
    }
  }

  /** Until all sample photos have their embedding. */
  async samplesReady(): Promise<void> {
    const deadline = Date.now() + START_MS;
    const isReady = async () => {
      const { summary } = (await (await fetch(`${this.url}/api/images`)).json()) as ImagePage;
      return summary.total > 0 && summary.ready === summary.total;
    };
    while (!(await isReady())) {
      if (Date.now() > deadline) throw new Error(`the samples are not embedded:\n${this.output}`);
      await sleep(200);
    }
  }

  /** Ends all its processes as Ctrl-C does; the data stays. */
  async pause(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise<void>((done) => child.once("exit", () => done()));
    child.kill("SIGTERM");
    const inTime = await Promise.race([ended.then(() => true), sleep(STOP_MS).then(() => false)]);
    this.signal("SIGKILL");
    this.process = null;
    if (!inTime) throw new Error(`maskloop run did not stop within ${STOP_MS} ms:\n${this.output}`);
  }

  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/api/health`)).ok;
    } catch {
      return false;
    }
  }

  /** To the whole process group, so that no child stays behind. */
  private signal(name: NodeJS.Signals): void {
    if (!this.process?.pid) return;
    try {
      process.kill(-this.process.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object" ? done(address.port) : fail(new Error("no port")),
      );
    });
  });
}

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
