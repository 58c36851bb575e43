import { type ChildProcessByStdio, spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { APIRequestContext } from "@playwright/test";
import type { ImportReport, InvitationMade, LinkOut, Role, UserOut } from "../../frontend/src/api/types";
import { PYTHON } from "./annotating";
import type { UploadFile } from "./pictures";
import { OWN_PAGE, PASSWORD } from "./server";

const ROOT = resolve(__dirname, "../..");

interface Started {
  web: [string, string];
  token: string;
}

/** A team's installation, by tests/backend/team.py: PostgreSQL, Redis, S3, two web servers, two workers. */
export class Team {
  private constructor(
    private readonly process: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: AsyncIterator<string>,
    private readonly started: Started,
  ) {}

  static async start(): Promise<Team> {
    const child = spawn(PYTHON, ["-m", "tests.backend.team"], {
      cwd: ROOT,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const reader: Interface = createInterface(child.stdout);
    const lines = reader[Symbol.asyncIterator]();
    return new Team(child, lines, JSON.parse(await nextOf(lines)) as Started);
  }

  /** Addresses of the web servers. */
  get web(): [string, string] {
    return this.started.web;
  }

  /** Has something happen to one of the processes, and waits until it has. */
  async tell(
    what: "stop postgres" | "start postgres" | "kill embed" | "start embed" | "kill web-0" | "start web-0",
  ) {
    this.process.stdin.write(`${what}\n`);
    await nextOf(this.lines);
  }

  async signInAdmin(requests: APIRequestContext): Promise<void> {
    const users = (await this.ask(requests, "GET", "/api/users")) as UserOut[];
    const { token } = (await this.ask(requests, "POST", `/api/users/${users[0]?.id}/link`)) as LinkOut;
    await enter(requests, `${this.web[0]}/api/session/link`, { token });
  }

  /** Has another person join by an invitation. */
  async join(requests: APIRequestContext, name: string, role: Role): Promise<void> {
    const body = { role };
    const { token } = (await this.ask(requests, "POST", "/api/invitations", body)) as InvitationMade;
    await enter(requests, `${this.web[1]}/api/invitations/accept`, { token, name, password: PASSWORD });
  }

  async importPhoto(requests: APIRequestContext, files: UploadFile): Promise<string> {
    const answer = await requests.post(`${this.web[0]}/api/images`, {
      multipart: { files },
      headers: OWN_PAGE,
    });
    if (!answer.ok()) throw new Error(await answer.text());
    const report = (await answer.json()) as ImportReport;
    return report.files[0]?.image_id as string;
  }

  async stop(): Promise<void> {
    const ended = new Promise<void>((done) => this.process.once("exit", () => done()));
    this.process.stdin.end();
    await ended;
  }

  private async ask(requests: APIRequestContext, method: string, path: string, data?: object) {
    const headers = { Authorization: `Bearer ${this.started.token}` };
    const answer = await requests.fetch(`${this.web[0]}${path}`, { method, headers, data });
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  }
}

async function enter(requests: APIRequestContext, address: string, data: object): Promise<void> {
  const answer = await requests.post(address, { data, headers: OWN_PAGE });
  if (!answer.ok()) throw new Error(`${address}: ${await answer.text()}`);
}

async function nextOf(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new Error("tests/backend/team.py has ended");
  return value;
}
