import type { Browser, BrowserContext, Page } from "@playwright/test";
import type { ImageDetail, ImportReport, MaskOut, UserOut } from "../../frontend/src/api/types";
import { Annotating } from "./annotating";
import { expect, test } from "./fixtures";
import { photo } from "./pictures";
import { PASSWORD, Server } from "./server";

const WIDTH = 600;
const HEIGHT = 440;

/** A browser of somebody who has been here before. */
async function newBrowser(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext();
  await context.addInitScript(() => localStorage.setItem("maskloop.tour", "seen"));
  return context;
}

/** Somebody with a password, at a browser of their own. */
async function person(browser: Browser, server: Server, name: string, role?: "manager"): Promise<Page> {
  const context = await newBrowser(browser);
  await server.join(context.request, name, role);
  return context.newPage();
}

async function importPhoto(server: Server, tint: number): Promise<string> {
  const { name, mimeType, buffer } = photo(`accounts-${tint}.png`, tint, WIDTH, HEIGHT);
  const form = new FormData();
  form.append("files", new Blob([new Uint8Array(buffer)], { type: mimeType }), name);
  const answer = await server.fetch("/api/images", { method: "POST", body: form });
  const { files } = (await answer.json()) as ImportReport;
  const imageId = files[0]?.image_id as string;
  const state = async () => (await server.get<ImageDetail>(`/api/images/${imageId}`)).embedding.state;
  await expect.poll(state, { timeout: 120_000 }).toBe("ready");
  return imageId;
}

async function open(page: Page, server: Server, imageId: string): Promise<Annotating> {
  await page.goto(`${server.url}/images/${imageId}`);
  const at = new Annotating(page);
  await at.ready();
  return at;
}

const masksOf = (server: Server, imageId: string) => server.get<MaskOut[]>(`/api/images/${imageId}/masks`);

/** The server forgets every session of a person, as when it is over. */
async function endSessions(server: Server, name: string): Promise<void> {
  const { id } = await server.userNamed(name);
  for (const disabled of [true, false]) await server.send<UserOut>("PATCH", `/api/users/${id}`, { disabled });
}

async function signInWith(page: Page, name: string | null, password: string): Promise<void> {
  if (name !== null) await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).last().click();
}

const account = (page: Page, name: string) => page.getByRole("button", { name: `Account of ${name}` });

async function choose(page: Page, name: string, item: string): Promise<void> {
  await account(page, name).click();
  await page.getByRole("menuitem", { name: item }).click();
}

test("the first start prints a link that signs in once; with a password there is no need for another", async ({
  browser,
}) => {
  const server = await Server.start();
  const page = await (await newBrowser(browser)).newPage();
  try {
    const address = await server.printedAddress();
    expect(address).toContain("/enter#");
    await page.goto(address);
    await expect(page).toHaveURL(`${server.url}/images`);
    await expect(page.getByRole("article", { name: "dog.jpg", exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Set a password" }).click();
    await page.getByLabel("New password").fill("short");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("A password has at least 10 characters.")).toBeVisible();
    await page.getByLabel("New password").fill(PASSWORD);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("You came in by a link")).toBeHidden();

    await choose(page, "admin", "Sign out");
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    await page.goto(address);
    await expect(page.getByRole("heading", { name: "This link is used or too old" })).toBeVisible();
    await expect(page).toHaveURL(`${server.url}/enter`);
    await page.getByRole("link", { name: "Sign in with a password" }).click();
    await signInWith(page, "admin", PASSWORD);
    await expect(account(page, "admin")).toBeVisible();
  } finally {
    await page.context().close();
    await server.stop();
  }
});

test("after signing in one is where one wanted to go", async ({ browser, server }) => {
  const page = await person(browser, server, "Dora");
  const imageId = await importPhoto(server, 161);
  await page.context().clearCookies();
  await page.goto(`${server.url}/images/${imageId}`);
  await signInWith(page, "Dora", PASSWORD);
  await new Annotating(page).ready();
  expect(new URL(page.url()).pathname).toBe(`/images/${imageId}`);
  await page.context().close();
});

test("an invited annotator works on images, and is neither offered nor allowed more", async ({
  page,
  browser,
  server,
}) => {
  await page.goto(`${server.url}/people`);
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const address = await page.getByLabel("For one annotator").inputValue();
  await page.getByRole("button", { name: "Done" }).click();

  const context = await newBrowser(browser);
  const theirs = await context.newPage();
  await theirs.goto(address);
  await expect(theirs.getByText(/admin invites you to .+ as annotator/)).toBeVisible();
  await theirs.getByLabel("Your name").fill("ADMIN");
  await theirs.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await theirs.getByRole("button", { name: "Join" }).click();
  await expect(theirs.getByText("There is somebody named ADMIN already")).toBeVisible();
  await theirs.getByLabel("Your name").fill("Emil");
  await theirs.getByRole("button", { name: "Join" }).click();
  await expect(theirs).toHaveURL(`${server.url}/images`);

  await expect(account(theirs, "Emil")).toBeVisible();
  await expect(theirs.getByRole("article").first()).toBeVisible();
  for (const name of ["Import", "Export", "Project settings"])
    await expect(theirs.getByRole("button", { name })).toBeHidden();
  await expect(theirs.getByRole("link", { name: "People" })).toBeHidden();
  await theirs.goto(`${server.url}/people`);
  await expect(theirs.getByText("This page is for admins")).toBeVisible();
  const asEmil = (path: string) => theirs.evaluate(async (path) => (await fetch(path)).status, path);
  expect(await asEmil("/api/users")).toBe(403);
  expect(await asEmil("/api/models")).toBe(403);
  const post = (path: string) =>
    theirs.evaluate(
      async (path) => (await fetch(path, { method: "POST", body: new FormData() })).status,
      path,
    );
  expect(await post("/api/images")).toBe(403);

  await theirs.goto(address);
  await expect(theirs.getByRole("heading", { name: "This invitation does not hold" })).toBeVisible();
  await context.close();
});

test("a wrong password is told at the field, and too many of them have to wait", async ({
  browser,
  server,
}) => {
  const page = await person(browser, server, "Frieda");
  await page.context().clearCookies();
  await page.goto(`${server.url}/images`);
  await signInWith(page, "Frieda", "not this one");
  await expect(page.getByText("This name and password do not fit.")).toBeVisible();
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  for (let attempt = 0; attempt < 4; attempt++) {
    const answered = page.waitForResponse(`${server.url}/api/session`);
    await signInWith(page, "Frieda", `not ${attempt} either`);
    expect((await answered).status()).toBe(401);
  }
  await signInWith(page, "Frieda", PASSWORD);
  await expect(page.getByText(/There were too many wrong passwords. Try again in \d+ minutes/)).toBeVisible();
  await server.signIn(page.context().request, "Frieda"); // a link comes in all the same
  await page.reload();
  await expect(account(page, "Frieda")).toBeVisible();
  await page.context().close();
});

test("a session ends in the middle of the work: nothing is lost, and everything is sent once after signing in", async ({
  browser,
  server,
}) => {
  const imageId = await importPhoto(server, 162);
  const page = await person(browser, server, "Gerda");
  const at = await open(page, server, imageId);
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");
  await at.stroke("b", { x: 100, y: 200 }, { x: 200, y: 250 });

  await endSessions(server, "Gerda");
  await at.accept(2);
  const dialog = page.getByRole("dialog", { name: "You have been signed out" });
  await expect(dialog).toBeVisible();
  await expect(at.saveState).toHaveText("1 waiting for you to sign in");
  await dialog.getByRole("button", { name: "Not now" }).click();
  await expect(dialog).toBeHidden();
  await at.stroke("b", { x: 300, y: 100 }, { x: 400, y: 150 });
  await at.accept(3);
  await expect(at.saveState).toHaveText("2 waiting for you to sign in");
  await at.stroke("b", { x: 300, y: 200 }, { x: 400, y: 250 });
  const drawn = await at.drawn();
  await page.getByRole("banner").getByRole("button", { name: "Sign in" }).click();
  await signInWith(page, null, "not this one");
  await expect(dialog).toContainText("This name and password do not fit.");
  await signInWith(page, null, PASSWORD);

  await expect(dialog).toBeHidden();
  await expect(at.saveState).toHaveText("All saved");
  await expect(page.getByTestId("connection")).toHaveText("live");
  expect(await masksOf(server, imageId)).toHaveLength(3);
  await at.shows(drawn);
  await at.accept(4);
  await expect(at.saveState).toHaveText("All saved");
  const masks = await masksOf(server, imageId);
  expect(masks.map(({ author_name, version }) => [author_name, version])).toEqual(
    Array(4).fill(["Gerda", 1]),
  );
  const { work } = await server.get<ImageDetail>(`/api/images/${imageId}`);
  expect(work.held_by_name).toBe("Gerda");
  await page.context().close();
});

test("a session that was not used for too long is over, and the work goes on after signing in", async ({
  browser,
  prepared,
}) => {
  const server = await Server.start({ MASKLOOP_SESSION_SECONDS: "15" }, prepared);
  try {
    const imageId = await importPhoto(server, 168);
    const page = await person(browser, server, "Xaver");
    const at = await open(page, server, imageId);
    await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
    const session = async () => (await page.context().request.get(`${server.url}/api/session`)).status();
    await expect.poll(session, { timeout: 60_000 }).toBe(401);
    await at.accept(1);
    const dialog = page.getByRole("dialog", { name: "You have been signed out" });
    await expect(dialog).toBeVisible();
    await signInWith(page, null, PASSWORD);
    await expect(dialog).toBeHidden();
    await expect(at.saveState).toHaveText("All saved");
    expect((await masksOf(server, imageId)).map(({ author_name }) => author_name)).toEqual(["Xaver"]);
    await page.context().close();
  } finally {
    await server.stop();
  }
});

test("a link in another tab signs in again everywhere; a reload while signed out keeps the half-made mask", async ({
  browser,
  server,
}) => {
  const imageId = await importPhoto(server, 163);
  const page = await person(browser, server, "Hans");
  const at = await open(page, server, imageId);
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await endSessions(server, "Hans");
  await at.accept(1);
  await expect(page.getByRole("dialog", { name: "You have been signed out" })).toBeVisible();

  const other = await page.context().newPage();
  await other.goto(await server.command("users", "link", "Hans"));
  await expect(account(other, "Hans")).toBeVisible();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(at.saveState).toHaveText("All saved");
  expect(await masksOf(server, imageId)).toHaveLength(1);
  await other.close();

  await at.clickAndSee({ x: 300, y: 220 });
  await at.kept(1);
  const drawn = await at.drawn();
  await endSessions(server, "Hans");
  await page.reload();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await signInWith(page, "Hans", PASSWORD);
  await at.ready();
  await at.shows(drawn);
  await page.context().close();
});

test("another person on the same browser neither sees nor sends what the first one has not sent yet", async ({
  browser,
  server,
}) => {
  const imageId = await importPhoto(server, 164);
  const newcomer = await person(browser, server, "Jonas");
  await newcomer.context().close();
  const page = await person(browser, server, "Ida");
  const at = await open(page, server, imageId);
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await endSessions(server, "Ida");
  await at.accept(1);
  await expect(at.saveState).toHaveText("1 waiting for you to sign in");
  await page.getByRole("button", { name: "Not now" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await at.stroke("b", { x: 300, y: 100 }, { x: 400, y: 150 });
  await page.getByRole("banner").getByRole("button", { name: "Sign in" }).click();
  await signInWith(page, "Jonas", PASSWORD);

  await expect(account(page, "Jonas")).toBeVisible();
  await at.ready();
  await expect(page.getByTestId("mask-count")).toHaveText("0");
  await expect(page.getByTestId("mask-time")).toBeHidden();
  await expect(at.saveState).toHaveText("All saved");
  await expect(page.getByText("Ida works on this image now.")).toBeVisible();
  expect(await masksOf(server, imageId)).toEqual([]);

  await choose(page, "Jonas", "Sign out");
  await signInWith(page, "Ida", PASSWORD);
  await expect(account(page, "Ida")).toBeVisible();
  await page.goto(`${server.url}/images/${imageId}`);
  await at.ready();
  await expect(page.getByTestId("mask-count")).toHaveText("1");
  await expect(page.getByTestId("mask-time")).toBeVisible();
  await expect(at.saveState).toHaveText("All saved");
  expect((await masksOf(server, imageId)).map(({ author_name }) => author_name)).toEqual(["Ida"]);
  await page.context().close();
});

test("a tab whose person changes in another tab keeps the first one's work back, and becomes the other's", async ({
  browser,
  server,
}) => {
  const imageId = await importPhoto(server, 167);
  await (await person(browser, server, "Otto")).context().close();
  const page = await person(browser, server, "Paula");
  const at = await open(page, server, imageId);
  await page.route("**/api/masks/*", (route) => route.abort());
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await at.accept(1);
  await expect(at.saveState).toHaveText("1 waiting for the server");

  const other = await page.context().newPage();
  await other.goto(await server.command("users", "link", "Otto"));
  await expect(account(other, "Otto")).toBeVisible();
  await page.unroute("**/api/masks/*");
  await expect(account(page, "Otto")).toBeVisible();
  await at.ready();
  await expect(page.getByTestId("mask-count")).toHaveText("0");
  expect(await masksOf(server, imageId)).toEqual([]);
  await page.context().close();
});

test("the list of masks says who made each", async ({ page, browser, server }) => {
  const imageId = await importPhoto(server, 165);
  const theirs = await person(browser, server, "Klara");
  const at = await open(theirs, server, imageId);
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");
  await expect(theirs.getByTestId("author")).toHaveText("you");
  await theirs.context().close();

  const mine = await open(page, server, imageId);
  await expect(page.getByTestId("author")).toHaveText("Klara");
  await mine.stroke("b", { x: 300, y: 100 }, { x: 400, y: 150 });
  await mine.accept(2);
  await expect(page.getByTestId("author")).toHaveText(["Klara", "you"]);
});

test("signing out with masks that are not sent yet asks first", async ({ browser, server }) => {
  const imageId = await importPhoto(server, 166);
  const page = await person(browser, server, "Lena");
  const at = await open(page, server, imageId);
  await page.route("**/api/masks/*", (route) => route.abort());
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await at.accept(1);
  await expect(at.saveState).toHaveText("1 waiting for the server");
  await choose(page, "Lena", "Sign out");
  const dialog = page.getByRole("dialog", { name: "Not everything is saved" });
  await dialog.getByRole("button", { name: "Stay signed in" }).click();
  await expect(account(page, "Lena")).toBeVisible();

  await choose(page, "Lena", "Sign out");
  await dialog.getByRole("button", { name: "Sign out all the same" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.unroute("**/api/masks/*");
  expect(await masksOf(server, imageId)).toHaveLength(0);
  await signInWith(page, "Lena", PASSWORD);
  await expect(account(page, "Lena")).toBeVisible();
  await page.goto(`${server.url}/images/${imageId}`);
  await expect(at.saveState).toHaveText("All saved");
  await expect.poll(async () => (await masksOf(server, imageId)).length).toBe(1);
  await page.context().close();
});

test("an admin gives roles and links, keeps people out, and lets them in again", async ({
  page,
  browser,
  server,
}) => {
  const theirs = await person(browser, server, "Mara");
  await theirs.goto(server.url);
  await expect(theirs.getByRole("button", { name: "Export" })).toBeHidden();
  await page.goto(`${server.url}/people`);
  await page.getByLabel("Role of Mara").selectOption("manager");
  await expect(page.getByLabel("Role of Mara")).toBeEnabled();
  await theirs.reload();
  await expect(theirs.getByRole("button", { name: "Export" })).toBeVisible();

  await page.getByLabel("Role of admin").selectOption("annotator");
  await expect(page.getByText("admin is the only admin. Make somebody else one first.")).toBeVisible();
  await expect(page.getByLabel("Role of admin")).toHaveValue("admin");

  await page.getByRole("button", { name: "Disable Mara" }).click();
  await expect(page.getByRole("row", { name: "Mara" })).toContainText("disabled");
  await theirs.reload();
  await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByRole("button", { name: "Enable Mara" }).click();
  await page.getByRole("button", { name: "Make a sign-in link for Mara" }).click();
  const address = await page.getByLabel("Whoever opens it first is signed in").inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  await theirs.goto(address);
  await expect(account(theirs, "Mara")).toBeVisible();
  await theirs.context().close();

  await page.getByLabel("Role of who is invited").selectOption("manager");
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const invitation = await page.getByLabel("For one manager").inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Manager" });
  await row.getByRole("button", { name: "Revoke" }).click();
  await expect(row).toBeHidden();
  const context = await newBrowser(browser);
  const late = await context.newPage();
  await late.goto(invitation);
  await expect(late.getByRole("heading", { name: "This invitation does not hold" })).toBeVisible();
  await context.close();
});

test("an API token does in a person's name what they may do, until it is revoked", async ({
  browser,
  server,
}) => {
  const page = await person(browser, server, "Nora");
  await page.goto(server.url);
  await choose(page, "Nora", "API tokens");
  await page.getByLabel("What it is for").fill("Nightly count");
  await page.getByRole("button", { name: "Make a token" }).click();
  const token = await page.getByLabel("The new token").inputValue();
  const ask = (path: string) =>
    fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
  expect((await ask("/api/images")).status).toBe(200);
  expect((await ask("/api/users")).status).toBe(403);
  await page.getByRole("button", { name: "Revoke Nightly count" }).click();
  await expect(page.getByText("Nightly count")).toBeHidden();
  expect((await ask("/api/images")).status).toBe(401);
  await page.context().close();
});

test("a person sees where they are signed in, and signs out there from here", async ({ browser, server }) => {
  const here = await person(browser, server, "Olga");
  const there = await (await newBrowser(browser)).newPage();
  await there.goto(server.url);
  await signInWith(there, "Olga", PASSWORD);
  await expect(account(there, "Olga")).toBeVisible();

  await here.goto(server.url);
  await choose(here, "Olga", "Where you are signed in");
  const list = here.getByRole("list", { name: "Where you are signed in" });
  await expect(list.getByRole("listitem").filter({ hasText: "This one" })).toHaveCount(1);
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await list.getByRole("button", { name: "Sign out Chrome on Linux" }).click();
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await there.reload();
  await expect(there.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await expect(account(here, "Olga")).toBeAttached();
  for (const page of [here, there]) await page.context().close();
});

test("without accounts nobody signs in, and the page offers nothing about accounts", async ({
  browser,
  prepared,
}) => {
  const server = await Server.start({ MASKLOOP_AUTH: "false" }, prepared);
  const context = await newBrowser(browser);
  try {
    const page = await context.newPage();
    await page.goto(server.url);
    await page.getByRole("article", { name: "dog.jpg", exact: true }).getByRole("link").click();
    const at = new Annotating(page);
    await at.ready();
    await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
    await at.accept(1);
    await expect(at.saveState).toHaveText("All saved");
    await expect(page.getByRole("button", { name: "Export" })).toBeVisible();
    await expect(page.getByRole("link", { name: "People" })).toBeHidden();
    await expect(account(page, "admin")).toBeHidden();
  } finally {
    await context.close();
    await server.stop();
  }
});
