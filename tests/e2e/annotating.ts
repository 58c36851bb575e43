import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { APIRequestContext, Locator, Page } from "@playwright/test";
import type { MaskOut } from "../../frontend/src/api/types";
import { expect } from "./fixtures";
import type { UploadFile } from "./pictures";

const EMBEDDING_MS = 120_000;
const LARGEST_OUTPUT = 2 ** 28;
const ROOT = resolve(__dirname, "../..");
const COMMAND = process.env.MASKLOOP_COMMAND ?? join(ROOT, ".venv/bin/maskloop");
export const PYTHON = join(dirname(COMMAND), "python");

type Rgba = [red: number, green: number, blue: number, alpha: number];

export interface Mark {
  x: number;
  y: number;
}

/** A person at the annotator. Places are pixels of the image. */
export class Annotating {
  readonly canvas: Locator;
  readonly saveState: Locator;

  constructor(readonly page: Page) {
    this.canvas = page.getByTestId("canvas");
    this.saveState = page.getByTestId("save-state");
  }

  /** Imports a photo, waits for its embedding, and opens it at its actual size. */
  static async importAndOpen(page: Page, url: string, file: UploadFile): Promise<Annotating> {
    await page.goto(`${url}/images`);
    await page.getByLabel("Files to import").setInputFiles([file]);
    await expect(page.getByText("1 imported")).toBeVisible();
    await page.getByLabel("Search by name").fill(file.name);
    const card = page.getByRole("article", { name: file.name, exact: true });
    await expect(card).toContainText("ready", { timeout: EMBEDDING_MS });
    await card.getByRole("link").first().click();
    const annotating = new Annotating(page);
    await annotating.ready();
    return annotating;
  }

  /** Until clicks are answered at once; then the image is at its actual size. */
  async ready(): Promise<void> {
    await expect(this.page.getByTestId("annotator")).toHaveAttribute("data-decoder", "ready", {
      timeout: EMBEDDING_MS,
    });
    const skipTour = this.page.getByRole("button", { name: "Skip the tour" });
    if (await skipTour.isVisible()) await skipTour.click();
    await this.page.keyboard.press("1");
    await expect(this.canvas).toHaveAttribute("data-view", /^1 /);
  }

  get imageId(): string {
    return new URL(this.page.url()).pathname.split("/").at(-1) as string;
  }

  async click(
    at: Mark,
    options: Parameters<Page["mouse"]["click"]>[2] & { key?: string } = {},
  ): Promise<void> {
    const { key, ...mouse } = options;
    const { x, y } = await this.onScreen(at);
    if (key) await this.page.keyboard.down(key);
    await this.page.mouse.click(x, y, mouse);
    if (key) await this.page.keyboard.up(key);
  }

  /** Clicks and waits for the model's answer, which may well be the mask from before. */
  async clickAndSee(
    at: Mark,
    options: Parameters<Annotating["click"]>[1] = {},
    timeout: number | undefined = undefined,
  ): Promise<void> {
    const status = this.page.getByTestId("status-line");
    const before = (await status.getAttribute("data-asked")) ?? "";
    await this.click(at, options);
    await expect(status).not.toHaveAttribute("data-asked", before);
    const asked = (await status.getAttribute("data-asked")) ?? "";
    await expect(status, "the model answered the click").toHaveAttribute("data-answered", asked, { timeout });
  }

  async stroke(tool: "b" | "e", ...places: [Mark, ...Mark[]]): Promise<void> {
    await this.page.keyboard.press(tool);
    await this.drag(places, { steps: 6 });
    await this.page.keyboard.press("c");
  }

  /** Drags with the tool in hand, in `steps` events from each place to the next. */
  async drag(
    [first, ...rest]: [Mark, ...Mark[]],
    { steps = 1, button }: { steps?: number; button?: "left" | "right" } = {},
  ): Promise<void> {
    const start = await this.onScreen(first);
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down({ button });
    for (const place of rest) {
      const { x, y } = await this.onScreen(place);
      await this.page.mouse.move(x, y, { steps });
    }
    await this.page.mouse.up({ button });
  }

  /** Moves the keyboard's cursor to a pixel of the image: far steps first, then pixel by pixel. */
  async cursorTo({ x, y }: Mark): Promise<void> {
    await this.along("x", x, "ArrowLeft", "ArrowRight");
    await this.along("y", y, "ArrowUp", "ArrowDown");
  }

  private async along(axis: "x" | "y", to: number, back: string, on: string): Promise<void> {
    const place = async () => (await this.cursorPlace())[axis];
    const press = async (prefix: string, times: number, isBack: boolean) => {
      for (let i = 0; i < times; i++) await this.page.keyboard.press(prefix + (isBack ? back : on));
    };
    const before = await place();
    await press("Shift+", 1, before > to);
    const far = Math.abs((await place()) - before);
    const isBack = (await place()) > to;
    await press("Shift+", Math.round(Math.abs((await place()) - to) / far), isBack);
    const left = (await place()) - to;
    await press("", Math.abs(left), left > 0);
    expect(await place()).toBe(to);
  }

  private async cursorPlace(): Promise<Mark> {
    const text = (await this.page.getByTestId("cursor-place").textContent()) ?? "";
    const [x, y] = text.split(", ").map(Number) as [number, number];
    return { x, y };
  }

  async hover(at: Mark): Promise<void> {
    const { x, y } = await this.onScreen(at);
    await this.page.mouse.move(x, y);
  }

  async accept(count: number): Promise<void> {
    await this.page.keyboard.press("Enter");
    await expect(this.page.getByTestId("mask-count")).toHaveText(String(count));
  }

  /** Until the browser has the half-made mask on disk, with so many answers of the decoder. */
  async kept(answers: number): Promise<void> {
    const answered = () =>
      this.page.evaluate(async (imageId) => {
        const [database] = await indexedDB.databases();
        const opened = indexedDB.open(database?.name ?? "");
        await new Promise((done) => opened.addEventListener("success", done));
        const parts = opened.result.transaction("draftParts").objectStore("draftParts");
        const asked = parts.getAll(IDBKeyRange.bound([imageId, "ask "], [imageId, "ask ~"]));
        await new Promise((done) => asked.addEventListener("success", done));
        opened.result.close();
        const asks = asked.result as { candidates: unknown }[];
        return asks.filter((ask) => ask.candidates !== null).length;
      }, this.imageId);
    await expect.poll(answered).toBe(answers);
  }

  /** The masks as the canvas shows them at actual size: 1 where a mask is, row by row. */
  async drawn(): Promise<Buffer> {
    return Buffer.from(await this.drawnText(), "base64");
  }

  /** Waits until the canvas shows these masks (as `drawn` gives them), pixel by pixel. */
  async shows(masks: Buffer): Promise<void> {
    await expect.poll(async () => masks.equals(await this.drawn()), "the masks on the canvas").toBe(true);
  }

  /** The preview of the next click, as `drawn`. */
  async previewed(): Promise<Buffer> {
    return Buffer.from(await this.drawnText("marks"), "base64");
  }

  private async drawnText(layer: "masks" | "marks" = "masks"): Promise<string> {
    // Two frames: what the page was told is on the canvas then.
    return this.page.evaluate(async (layer) => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const host = document.querySelector<HTMLElement>("[data-testid=canvas]");
      const canvas = host?.querySelector<HTMLCanvasElement>(`canvas[data-layer=${layer}]`);
      const [scale, left, top] = (host?.dataset.view ?? "").split(" ").map(Number) as [
        number,
        number,
        number,
      ];
      const [width, height] = (host?.dataset.image ?? "").split(" ").map(Number) as [number, number];
      if (scale !== 1 || !canvas) throw new Error("the image is not at its actual size");
      const pixels = canvas.getContext("2d")?.getImageData(left, top, width, height).data;
      if (!pixels) throw new Error("the canvas cannot be read");
      let text = "";
      for (let i = 0; i < pixels.length; i += 4) {
        // Masks are coloured; the thin line around them is black.
        const isMask =
          pixels[i + 3] !== 0 &&
          (pixels[i] as number) + (pixels[i + 1] as number) + (pixels[i + 2] as number) > 0;
        text += isMask ? "\u0001" : "\u0000";
      }
      return btoa(text);
    }, layer);
  }

  /** Shows the whole image. */
  async fit(): Promise<void> {
    const before = await this.canvas.getAttribute("data-view");
    await this.page.keyboard.press("0");
    await expect(this.canvas).not.toHaveAttribute("data-view", before ?? "");
  }

  /** Screen pixels for one of the image. */
  async scale(): Promise<number> {
    return (await this.view())[0];
  }

  /** The pixel of the image in the middle of the canvas. */
  async inTheMiddle(): Promise<Mark> {
    const box = await this.canvas.boundingBox();
    if (!box) throw new Error("there is no canvas");
    const [scale, left, top] = await this.view();
    return { x: Math.floor((box.width / 2 - left) / scale), y: Math.floor((box.height / 2 - top) / scale) };
  }

  /** Waits until masks colour all these places in whatever view there is, or none of them. */
  async colours(places: Mark[], coloured: boolean): Promise<void> {
    const wrong = async () => {
      const seen = await this.layerAt("masks", places);
      return places.filter((_, place) => {
        const [red, green, blue, alpha] = seen[place] as Rgba;
        return (alpha > 0 && red + green + blue > 0) !== coloured;
      });
    };
    await expect.poll(wrong, `places that are ${coloured ? "not " : ""}coloured`).toEqual([]);
  }

  /** The picture's mean colour in a square of so many screen pixels to every side of these places. */
  async picturedAround(places: Mark[], reach: number): Promise<number[][]> {
    const scale = await this.scale();
    return Promise.all(
      places.map(async ({ x, y }) => {
        const around = Array.from({ length: (2 * reach + 1) ** 2 }, (_, i) => ({
          x: x + ((i % (2 * reach + 1)) - reach) / scale,
          y: y + (Math.floor(i / (2 * reach + 1)) - reach) / scale,
        }));
        const colours = await this.layerAt("picture", around);
        return [0, 1, 2].map(
          (channel) => colours.reduce((sum, rgba) => sum + (rgba[channel] as number), 0) / colours.length,
        );
      }),
    );
  }

  private async layerAt(layer: "picture" | "masks", places: Mark[]): Promise<Rgba[]> {
    return this.page.evaluate(
      async ({ layer, places }) => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const host = document.querySelector<HTMLElement>("[data-testid=canvas]");
        const canvas = host?.querySelector<HTMLCanvasElement>(`canvas[data-layer=${layer}]`);
        const context = canvas?.getContext("2d");
        const [scale, left, top] = (host?.dataset.view ?? "").split(" ").map(Number) as Rgba;
        if (!canvas || !context) throw new Error("the canvas cannot be read");
        const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height);
        return places.map(({ x, y }) => {
          const column = Math.floor((x + 0.5) * scale + left);
          const row = Math.floor((y + 0.5) * scale + top);
          return [...data.subarray(4 * (row * width + column), 4 * (row * width + column) + 4)] as Rgba;
        });
      },
      { layer, places },
    );
  }

  private async view(): Promise<[scale: number, left: number, top: number]> {
    const view = await this.canvas.getAttribute("data-view");
    return (view ?? "").split(" ").map(Number) as [number, number, number];
  }

  /** Where the middle of a pixel of the image is in the window. */
  async onScreen({ x, y }: Mark): Promise<Mark> {
    const box = await this.canvas.boundingBox();
    if (!box) throw new Error("there is no canvas");
    const [scale, left, top] = await this.view();
    return { x: box.x + (x + 0.5) * scale + left, y: box.y + (y + 0.5) * scale + top };
  }

  /** Exports by the button; each mask of this image as pycocotools decodes it, 1 where the mask is, row by row. */
  async exported(): Promise<Buffer[]> {
    const download = this.page.waitForEvent("download");
    await this.page.getByRole("button", { name: "Export" }).click();
    const file = await (await download).path();
    const { images } = JSON.parse(readFileSync(file, "utf8")) as {
      images: { id: number; file_name: string }[];
    };
    const name = await this.page.getByRole("heading", { level: 1 }).textContent();
    const image = images.find((candidate) => candidate.file_name === name);
    if (!image) throw new Error(`${name} is not in the export`);
    const lines = execFileSync(PYTHON, ["-c", DECODE, file, String(image.id)], {
      encoding: "utf8",
      maxBuffer: LARGEST_OUTPUT,
    });
    const masks = lines.split("\n").filter((line) => line.startsWith("MASK "));
    return masks.map((line) => Buffer.from(line.slice(5), "base64"));
  }
}

const DECODE = `
import base64, sys
from pycocotools.coco import COCO
coco = COCO(sys.argv[1])
for annotation in coco.loadAnns(coco.getAnnIds(imgIds=[int(sys.argv[2])])):
    print("MASK " + base64.b64encode(coco.annToMask(annotation).tobytes()).decode())
`;

/** An image's masks as the server has them. */
export async function savedMasks(
  request: APIRequestContext,
  url: string,
  imageId: string,
): Promise<MaskOut[]> {
  return (await request.get(`${url}/api/images/${imageId}/masks`)).json() as Promise<MaskOut[]>;
}

export function union(masks: Buffer[]): Buffer {
  const [first, ...rest] = masks;
  if (!first) throw new Error("there is no mask");
  const all = Buffer.from(first);
  for (const mask of rest)
    for (let i = 0; i < all.length; i++) all[i] = (all[i] as number) | (mask[i] as number);
  return all;
}

export function areaPx(mask: Buffer): number {
  return mask.reduce((sum, value) => sum + value, 0);
}
