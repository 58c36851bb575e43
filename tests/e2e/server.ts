import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { APIRequestContext } from "@playwright/test";
import type { ImagePage, InvitationMade, LinkOut, Role, UserOut } from "../../frontend/src/api/types";

const ROOT = resolve(__dirname, "../..");
const COMMAND = process.env.MASKLOOP_COMMAND ?? join(ROOT, ".venv/bin/maskloop");
const START_MS = 90_000;
const STOP_MS = 40_000;
const ADMIN = "admin";
export const PASSWORD = "correct horse battery";

// The server takes changes from its own pages and from programs with a token; these requests are neither.
export const OWN_PAGE = { "Sec-Fetch-Site": "same-origin" };

/** A real `maskloop run` - web server, queue and worker - on a data folder and port of its own. */
export class Server {
  private process: ChildProcess | null = null;
  private output = "";
  private token: string | null = null;

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
      FORCE_COLOR: undefined, // Playwright's; what is printed is to be read here
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
      const { summary } = await this.get<ImagePage>("/api/images");
      return summary.total > 0 && summary.ready === summary.total;
    };
    while (!(await isReady())) {
      if (Date.now() > deadline) throw new Error(`the samples are not embedded:\n${this.output}`);
      await sleep(200);
    }
  }

  /** The address that its start prints, with which the first admin comes in. */
  async printedAddress(): Promise<string> {
    const deadline = Date.now() + START_MS;
    for (;;) {
      const address = /Maskloop is ready: (\S+)/.exec(this.output)?.[1];
      if (address) return address;
      if (Date.now() > deadline) throw new Error(`maskloop run printed no address:\n${this.output}`);
      await sleep(100);
    }
  }

  /** What `maskloop` prints for a command. */
  async command(...words: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(COMMAND, words, { cwd: ROOT, env: this.environment });
    return stdout.trim();
  }

  /** Asks the API as the admin, with an API token. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    this.token ??= await this.command("users", "token", ADMIN, "--name", "browser tests");
    const headers = new Headers(init.headers);
    headers.set("Authorization", `Bearer ${this.token}`);
    // The server may close a connection that was idle for seconds just as it is used again.
    headers.set("Connection", "close");
    const answer = await fetch(`${this.url}${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${init.method ?? "GET"} ${path}: ${await answer.text()}`);
    return answer;
  }

  async get<Body>(path: string): Promise<Body> {
    return (await this.fetch(path)).json() as Promise<Body>;
  }

  async send<Body>(method: "POST" | "PATCH" | "PUT", path: string, body: unknown = {}): Promise<Body> {
    const headers = { "Content-Type": "application/json" };
    return (await this.fetch(path, { method, headers, body: JSON.stringify(body) })).json() as Promise<Body>;
  }

  async userNamed(name: string): Promise<UserOut> {
    const user = (await this.get<UserOut[]>("/api/users")).find((known) => known.name === name);
    if (!user) throw new Error(`nobody is called ${name}`);
    return user;
  }

  /** Signs a browser in by a one-time link: `requests` are those of its context. */
  async signIn(requests: APIRequestContext, name = ADMIN): Promise<void> {
    const { id } = await this.userNamed(name);
    const { token } = await this.send<LinkOut>("POST", `/api/users/${id}/link`);
    await this.enter(requests, "/api/session/link", { token });
  }

  /** Has another person join by an invitation, in a browser of their own. */
  async join(requests: APIRequestContext, name: string, role: Role = "annotator"): Promise<void> {
    const { token } = await this.send<InvitationMade>("POST", "/api/invitations", { role });
    await this.enter(requests, "/api/invitations/accept", { token, name, password: PASSWORD });
  }

  private async enter(requests: APIRequestContext, path: string, data: unknown): Promise<void> {
    const answer = await requests.post(`${this.url}${path}`, { data, headers: OWN_PAGE });
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
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
