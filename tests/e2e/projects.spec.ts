import type { Browser, Page } from "@playwright/test";
import type {
  ImageDetail,
  ImagePage,
  MaskOut,
  ProjectSummary,
  Role,
  UserOut,
} from "../../frontend/src/api/types";
import { Annotating } from "./annotating";
import { expect, test } from "./fixtures";
import { photo } from "./pictures";
import type { Server } from "./server";

const SAMPLE = "dog.jpg";

const projectsOf = (server: Server) => server.get<ProjectSummary[]>("/api/projects");
const makeProject = (server: Server, name: string) =>
  server.send<ProjectSummary>("POST", "/api/projects", { name });

async function firstProject(server: Server): Promise<ProjectSummary> {
  return (await projectsOf(server))[0] as ProjectSummary;
}

/** An annotator of the first project, at a browser of their own. */
async function person(browser: Browser, server: Server, name: string): Promise<Page> {
  const context = await browser.newContext();
  await context.addInitScript(() => localStorage.setItem("maskloop.tour", "seen"));
  await server.join(context.request, name);
  return context.newPage();
}

async function giveRole(server: Server, name: string, project: ProjectSummary, role: Role | null) {
  const { id } = await server.userNamed(name);
  await server.send<UserOut>("PATCH", `/api/users/${id}?project=${project.id}`, { role });
}

async function importPhoto(page: Page, name: string, tint: number): Promise<void> {
  // A project without images offers it twice.
  await page
    .getByLabel("Files to import")
    .first()
    .setInputFiles([photo(name, tint, 600, 440)]);
  await expect(page.getByText("1 imported")).toBeVisible();
  await expect(card(page, name)).toContainText("ready", { timeout: 120_000 });
}

const card = (page: Page, name: string) => page.getByRole("article", { name, exact: true });
const switchOf = (page: Page, project: string) => page.getByRole("button", { name: `Project ${project}` });

async function switchTo(page: Page, from: string, to: string): Promise<void> {
  await switchOf(page, from).click();
  await page.getByRole("menuitem", { name: to }).click();
  await expect(switchOf(page, to)).toBeVisible();
}

async function newProject(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Projects", exact: true }).click();
  await page.getByRole("menuitem", { name: "New project" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Make the project" }).click();
  await expect(page).toHaveURL(/\/p\/[-0-9a-f]{36}\/images$/);
  await expect(switchOf(page, name)).toBeVisible();
}

test("only people of a second project see that it is there; a role or an invitation lets them in", async ({
  page,
  browser,
  ownServer: server,
}) => {
  const { name: first } = await firstProject(server);
  const nora = await person(browser, server, "Nora");
  await page.goto(`${server.url}/images`);
  await expect(page).toHaveURL(`${server.url}/images`);
  await newProject(page, "Roads");
  await expect(page.getByRole("article")).toHaveCount(0);
  await importPhoto(page, "crossing.png", 31);
  await expect(card(page, SAMPLE)).toBeHidden();
  const inRoads = page.url();

  await nora.goto(server.url);
  await expect(nora).toHaveURL(`${server.url}/images`);
  await expect(card(nora, SAMPLE)).toBeVisible();
  await expect(card(nora, "crossing.png")).toBeHidden();
  await expect(nora.getByRole("button", { name: /Project/ })).toBeHidden();
  await nora.goto(inRoads);
  await expect(nora.getByRole("heading", { name: "There is no such project" })).toBeVisible();
  await nora.getByRole("link", { name: "To your projects" }).click();
  await expect(nora.getByRole("row", { name: first })).toContainText("Annotator");
  await expect(nora.getByRole("row", { name: "Roads" })).toBeHidden();
  await expect(nora.getByRole("button", { name: "New project" })).toBeHidden();

  await page.getByRole("link", { name: "People" }).click();
  const row = page.getByRole("row", { name: "Nora" });
  await expect(row).toContainText(`annotator in ${first}`);
  await expect(page.getByLabel("Role of Nora")).toHaveValue("none");
  await page.getByLabel("Role of Nora").selectOption("Annotator");
  await expect(page.getByLabel("Role of Nora")).toHaveValue("annotator");
  await expect(page.getByRole("row", { name: "admin" })).toContainText("all of them");

  // Where she was last; from there by the keyboard.
  await nora.goto(server.url);
  await expect(card(nora, SAMPLE)).toBeVisible();
  await switchOf(nora, first).focus();
  await nora.keyboard.press("Enter");
  await expect(nora.getByRole("menuitem", { name: first })).toHaveAttribute("aria-current", "true");
  await nora.keyboard.press("ArrowDown");
  await expect(nora.getByRole("menuitem", { name: first })).toBeFocused();
  await nora.keyboard.press("ArrowDown");
  await nora.keyboard.press("Enter");
  await expect(card(nora, "crossing.png")).toBeVisible();
  await expect(card(nora, SAMPLE)).toBeHidden();
  await nora.goto(server.url);
  await expect(nora).toHaveURL(inRoads);

  await page.getByRole("button", { name: "Invite somebody" }).click();
  const address = await page.getByLabel("For one annotator of Roads").inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  const context = await browser.newContext();
  const oskar = await context.newPage();
  await oskar.goto(address);
  await expect(oskar.getByText("admin invites you to Roads as annotator")).toBeVisible();
  await oskar.getByLabel("Your name").fill("Oskar");
  await oskar.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await oskar.getByRole("button", { name: "Join" }).click();
  await expect(oskar).toHaveURL(`${server.url}/images`);
  await expect(card(oskar, "crossing.png")).toBeVisible();
  await expect(card(oskar, SAMPLE)).toBeHidden();
  await context.close();
  await nora.context().close();
});

test("a project gets another name, and is deleted with all that is in it once its name is typed", async ({
  page,
  browser,
  ownServer: server,
}) => {
  const first = await firstProject(server);
  const pia = await person(browser, server, "Pia");
  await page.goto(`${server.url}/images`);
  await newProject(page, "Rods");
  await importPhoto(page, "bridge.png", 32);
  await page.getByRole("button", { name: "Project settings" }).click();
  await page.getByLabel("Name", { exact: true }).fill(first.name);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The settings were not saved")).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill("Roads");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(switchOf(page, "Roads")).toBeVisible();

  const roads = (await projectsOf(server)).find(({ name }) => name === "Roads") as ProjectSummary;
  await giveRole(server, "Pia", roads, "manager");
  await pia.goto(`${server.url}/p/${roads.id}/images`);
  await expect(card(pia, "bridge.png")).toBeVisible();

  await switchOf(page, "Roads").click();
  await page.getByRole("menuitem", { name: "All projects" }).click();
  await expect(page.getByRole("row", { name: "Roads" }).getByRole("cell")).toContainText([
    "Roads",
    "Admin",
    "1",
    "0",
  ]);
  await page.getByRole("button", { name: "Delete Roads" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete Roads?" });
  await expect(dialog).toContainText("1 image and 0 masks");
  await dialog.getByLabel("Type Roads to delete it").fill("Rods");
  await expect(dialog.getByRole("button", { name: "Delete the project" })).toBeDisabled();
  await dialog.getByLabel("Type Roads to delete it").fill("Roads");
  await dialog.getByRole("button", { name: "Delete the project" }).click();

  await expect(page).toHaveURL(`${server.url}/projects`);
  await expect(page.getByRole("row", { name: first.name })).toBeVisible();
  await expect(page.getByRole("row", { name: "Roads" })).toBeHidden();
  await expect(page.getByRole("button", { name: `Delete ${first.name}` })).toBeHidden();
  await page.getByRole("link", { name: first.name }).click();
  await expect(card(page, SAMPLE)).toBeVisible();

  // An open page learns it as soon as it asks for something.
  await pia.getByRole("link", { name: "Exports" }).click();
  await expect(pia.getByRole("heading", { name: "There is no such project" })).toBeVisible();
  await pia.getByRole("link", { name: "To your projects" }).click();
  await expect(pia.getByRole("row", { name: first.name })).toContainText("Annotator");
  await pia.context().close();
});

test("masks that wait in one project are saved there after switching to another", async ({
  page,
  browser,
  ownServer: server,
}) => {
  const first = await firstProject(server);
  const quin = await person(browser, server, "Quin");
  await page.goto(`${server.url}/images`);
  await importPhoto(page, "field.png", 33);
  await newProject(page, "Roads");
  await importPhoto(page, "tunnel.png", 34);
  const roads = (await projectsOf(server)).find(({ name }) => name === "Roads") as ProjectSummary;
  await giveRole(server, "Quin", roads, "annotator");
  const { items } = await server.get<ImagePage>(`/api/images?project=${first.id}`);
  const field = items.find(({ name }) => name === "field.png")?.id as string;

  await quin.goto(`${server.url}/p/${first.id}/images/${field}`);
  const at = new Annotating(quin);
  await at.ready();
  await quin.context().route("**/api/masks/**", (route) => route.abort());
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await at.accept(1);
  await expect(at.saveState).toHaveText("1 waiting for the server");
  await quin.keyboard.press("Shift+S");
  await expect(at.saveState).toHaveText("2 waiting for the server");
  await switchTo(quin, first.name, "Roads");
  await expect(card(quin, "tunnel.png")).toBeVisible();
  const masks = () => server.get<MaskOut[]>(`/api/images/${field}/masks`);
  expect(await masks()).toEqual([]);

  await quin.context().unroute("**/api/masks/**");
  await card(quin, "tunnel.png").getByRole("link").first().click();
  await at.ready();
  await expect(at.saveState).toHaveText("All saved", { timeout: 60_000 });
  expect((await masks()).map(({ author_name, version }) => [author_name, version])).toEqual([["Quin", 1]]);
  const { work } = await server.get<ImageDetail>(`/api/images/${field}`);
  expect(work.state).toBe("later");
  await at.stroke("b", { x: 100, y: 100 }, { x: 200, y: 150 });
  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");
  expect((await projectsOf(server)).map((project) => [project.name, project.masks])).toEqual([
    [first.name, 1],
    ["Roads", 1],
  ]);

  // An address from before there was a second project leads to the one of its image.
  await quin.goto(`${server.url}/images/${field}`);
  await at.ready();
  await expect(quin).toHaveURL(`${server.url}/p/${first.id}/images/${field}`);
  await expect(switchOf(quin, first.name)).toBeVisible();
  await quin.context().close();
});

test("who is taken out of the last project is told so, and goes on when let in again", async ({
  page,
  browser,
  ownServer: server,
}) => {
  await makeProject(server, "Roads");
  const first = await firstProject(server);
  const rita = await person(browser, server, "Rita");
  await rita.goto(server.url);
  await expect(card(rita, SAMPLE)).toBeVisible();
  await page.goto(`${server.url}/p/${first.id}/people`);
  await page.getByLabel("Role of Rita").selectOption("Not in this project");
  await expect(page.getByLabel("Role of Rita")).toHaveValue("none");
  await page.getByRole("button", { name: "Rename Rita" }).click();
  await page.getByLabel("Name", { exact: true }).fill("ADMIN");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(page.getByText(/There is somebody named ADMIN already/)).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill("Rita Berg");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(page.getByRole("row", { name: "Rita Berg" })).toBeVisible();

  await rita.reload();
  await expect(rita.getByRole("heading", { name: "You are in no project yet" })).toBeVisible();
  await expect(rita.getByText("Ask an admin to give Rita Berg a role in one.")).toBeVisible();
  await giveRole(server, "Rita Berg", first, "annotator");
  await rita.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect(card(rita, SAMPLE)).toBeVisible();

  await giveRole(server, "Rita Berg", first, null);
  await rita.reload();
  await rita.getByRole("button", { name: "Sign out" }).click();
  await expect(rita.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await rita.context().close();
});
