import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type BrowserContext, type Page, test } from "@playwright/test";
import { runsToText } from "../../frontend/src/annotator/masks/rle";
import type { ImageOut, ImagePage, MaskIn } from "../../frontend/src/api/types";
import { Annotating } from "./annotating";
import {
  type Frames,
  frameSummary,
  framesDuring,
  mean,
  moveMouse,
  type Place,
  partOf,
  quantile,
  rounded,
  turnWheel,
} from "./benching";
import { Server } from "./server";

// How fast the annotator's screen answers: the built page in Chromium with real mouse and key events, on the
// samples scaled up to 8 and 24 megapixels. The last line printed is `RESULT` and the figures as JSON.
//
// click     from the pointer's event to the end of the frame that drew the mask, as the page itself measures it
//           (performance entry "maskloop:click-to-mask"); `decoder` is the part spent in the decoder.
// candidate from the key to the end of the frame that drew the next candidate of a first click (no inference).
// frames    of painting, panning, zooming and hovering, while the mouse moves 125 times a second: `interval` is the
//           time between two frames as a person sees them, never below the screen's 16.7 ms; `work` is what the main
//           thread computed for a frame (Chromium's trace, the thread's own processor time), which shows the room
//           that is left and does not depend on what else the machine does.
// open      from the key or click to the end of the first frame with the picture on the canvas (and a pixel of the
//           last saved mask, where there are some), the decoder ready for the image's clicks.
// memory    after 50 images, each with a click that is saved: `counted` is the browser's own measure of page and worker
//           (scripts, documents, array buffers, WebAssembly), which waits for a garbage collection; `process` is what the
//           system has given to the renderers, hence bitmaps and canvases too, but also what allocators keep for later.
//           With one thread, as the measure waits for ever for threads of the decoder that sleep.

const ROOT = resolve(__dirname, "../..");
const PYTHON = process.env.MASKLOOP_PYTHON ?? join(ROOT, ".venv/bin/python");
const READY_MS = 600_000;

const LARGE = "24mp.jpg";
const PAINTED = "8mp-00.jpg";
const MANY_MASKS = "8mp-01.jpg";

const PAINT_S = 6;
const LONG_STROKE_S = 60;
const MASKS = 1000;
// The first images of a walk fill the caches, which hold a fixed number of images.
const WARM_UP_IMAGES = 6;
const WALK_IMAGES = 50;
const ON_AN_IMAGE_MS = 1500;

const WARM_UP_CLICKS = 6;
const CLICKS = 40;
const RESTS_MS = 150;
const THREADS = [1, 2];

const LAPTOP = { width: 1280, height: 800 };
const LARGE_SCREEN = { width: 2560, height: 1440 };

test.describe.configure({ mode: "serial" });

let server: Server;
let photos: string;
/** One person's browser: another one would wait for an image that this one has. */
let person: BrowserContext;
const figures: Record<string, unknown> = {};

test.beforeAll(async ({ browser }) => {
  test.setTimeout(READY_MS);
  person = await browser.newContext();
  photos = mkdtempSync(join(tmpdir(), "maskloop-bench-"));
  enlarge(2);
  server = await Server.start();
  await server.signIn(person.request);
  await imported(LARGE, PAINTED, MANY_MASKS);
});

test.afterAll(async () => {
  await person.close();
  await server.stop();
  rmSync(photos, { recursive: true });
  const load = rounded(loadavg()[0] as number);
  process.stdout.write(`RESULT ${JSON.stringify({ bench: "annotator", ...figures, load_average: load })}`);
});

test("click to painted mask", async () => {
  test.setTimeout(600_000);
  const click: Record<string, unknown> = {};
  for (const threads of THREADS) click[`threads_${threads}`] = await clickDelays(threads);
  figures.click = click;
});

for (const [megapixels, photo] of [
  [8, PAINTED],
  [24, LARGE],
] as const) {
  test(`painting on ${megapixels} megapixels`, async () => {
    const { page, at } = await openAt(LAPTOP, await imageNamed(photo));
    const whole = await paint(page, at, "0");
    const actualSize = await paint(page, at, "1");
    await page.close();
    figures[`paint_${megapixels}mp`] = { whole, actual_size: actualSize };
  });
}

test("a stroke of a minute", async () => {
  const { page, at } = await openAt(LAPTOP, await imageNamed(LARGE));
  await page.keyboard.press("0");
  const frames = await stroke(page, at, LONG_STROKE_S);
  await page.close();
  const first = partOf(frames, 0, 10);
  const last = partOf(frames, LONG_STROKE_S - 10, LONG_STROKE_S);
  figures.long_stroke_24mp = {
    first_10_s: frameSummary(first),
    last_10_s: frameSummary(last),
    interval_ratio: ratio(first.begunAt.length, last.begunAt.length),
    work_ratio: ratio(mean(last.work.map(({ ms }) => ms)), mean(first.work.map(({ ms }) => ms))),
  };
});

test("an image with 1,000 masks", async () => {
  test.setTimeout(400_000);
  const image = await imageNamed(MANY_MASKS);
  const last = await saveMasks(image);
  const opened: number[] = [];
  for (const [name, screen] of Object.entries({ laptop: LAPTOP, large_screen: LARGE_SCREEN })) {
    const { page, at } = await openAt(screen, await imageNamed(PAINTED));
    for (let i = 0; i < 3; i++) {
      await page.getByRole("link", { name: "All images" }).click();
      await page.getByLabel("Search by name").fill(image.name);
      const card = page.getByRole("article", { name: image.name, exact: true }).getByRole("link").first();
      opened.push(await timeToEditable(page, image, () => card.click(), last));
    }
    figures[`masks_1000_${name}`] = {
      open_ms: summary(opened.slice(-3)),
      ...(await lookAround(page, at)),
    };
    await page.close();
  }
});

test("from image to image", async () => {
  test.setTimeout(420_000);
  enlarge(2 + WARM_UP_IMAGES + WALK_IMAGES);
  const names = readdirSync(photos).filter((name) => ![LARGE, PAINTED, MANY_MASKS].includes(name));
  const walk = await imported(...names.sort());
  const { page, at } = await openAt(LAPTOP, walk[0] as ImageOut, 1);
  const switches: number[] = [];
  let before: Memory | null = null;
  for (const [index, image] of walk.entries()) {
    if (index > 0) {
      const took = await timeToEditable(page, image, () => page.keyboard.press("d"));
      if (index >= WARM_UP_IMAGES) switches.push(took);
    }
    await at.click({ x: image.width >> 1, y: image.height >> 1 });
    await at.accept(1);
    await page.waitForTimeout(ON_AN_IMAGE_MS);
    if (index === WARM_UP_IMAGES - 1) before = await memoryOf(page);
  }
  const after = await memoryOf(page);
  await page.close();
  figures.switch_8mp = summary(switches);
  figures.memory_50_images = {
    counted_growth_mb: rounded(after.countedMb - (before as Memory).countedMb),
    process_growth_mb: rounded(after.processMb - (before as Memory).processMb),
    counted_mb: rounded(after.countedMb),
    process_mb: rounded(after.processMb),
  };
});

// ---- painting and looking around -----------------------------------------------------------------------------

/** Paints in the view that a key gives, with the brush as wide as it is at first, and takes it back. */
async function paint(page: Page, at: Annotating, viewKey: string) {
  await page.keyboard.press(viewKey);
  const frames = await stroke(page, at, PAINT_S);
  const after = await framesDuring(page, () => page.waitForTimeout(1000));
  await page.keyboard.press("Control+z");
  return {
    ...frameSummary(frames),
    longest_frame_after_ms: rounded(Math.max(...after.work.map(({ ms }) => ms))),
  };
}

async function stroke(page: Page, at: Annotating, seconds: number): Promise<Frames> {
  const path = await winding(at);
  const { x, y } = path(0);
  await page.keyboard.press("b");
  await page.mouse.move(x, y);
  await page.mouse.down();
  const frames = await framesDuring(page, () => moveMouse(page, seconds, path, "left"));
  await page.mouse.up();
  return frames;
}

/** A path all over the canvas, about as fast as a hand fills an area. */
async function winding(at: Annotating): Promise<(seconds: number) => Place> {
  const box = await at.canvas.boundingBox();
  if (!box) throw new Error("there is no canvas");
  const { x, y, width, height } = box;
  return (seconds) => ({
    x: x + width * (0.5 + 0.45 * Math.sin(1.9 * seconds)),
    y: y + height * (0.5 + 0.42 * Math.sin(0.7 * seconds + 1)),
  });
}

async function lookAround(page: Page, at: Annotating) {
  const path = await winding(at);
  const { x, y } = path(0);
  const middle = { x, y };
  await page.keyboard.press("0");
  const zoom = await framesDuring(page, () =>
    // In for a second, out for a second, and again.
    turnWheel(page, PAINT_S, middle, (seconds) => (Math.floor(seconds) % 2 === 0 ? -30 : 30)),
  );
  await page.keyboard.press("1");
  await page.mouse.move(x, y);
  await page.mouse.down({ button: "middle" });
  const pan = await framesDuring(page, () => moveMouse(page, PAINT_S, path, "middle"));
  await page.mouse.up({ button: "middle" });
  await page.keyboard.press("0");
  const hover = await framesDuring(page, () => moveMouse(page, PAINT_S, path));
  const list = await page.getByRole("complementary", { name: "Masks of this image" }).boundingBox();
  if (!list) throw new Error("there is no list of masks");
  const overList = await framesDuring(page, () =>
    moveMouse(page, PAINT_S, (seconds) => ({
      x: list.x + 100,
      y: list.y + list.height * (0.5 + 0.4 * Math.sin(seconds)),
    })),
  );
  return {
    zoom: frameSummary(zoom),
    pan: frameSummary(pan),
    hover: frameSummary(hover),
    hover_list: frameSummary(overList),
  };
}

// ---- opening -------------------------------------------------------------------------------------------------

async function openAt(screen: typeof LAPTOP, image: ImageOut, threads = 2) {
  const page = await person.newPage();
  await page.setViewportSize(screen);
  // The page takes as many threads as it is told that there are cores.
  await page.addInitScript((cores) => {
    Object.defineProperty(navigator, "hardwareConcurrency", { get: () => cores });
  }, threads);
  await page.goto(`${server.url}/images/${image.id}`);
  const at = new Annotating(page);
  await at.ready();
  await page.keyboard.press("0");
  return { page, at };
}

/** From the next key or click to the end of the frame in which the image can be worked on. */
async function timeToEditable(
  page: Page,
  image: ImageOut,
  act: () => Promise<void>,
  shownMask: Place | null = null,
): Promise<number> {
  // The listener has to be there first: input does not wait for what a page is told to evaluate.
  const clock = await page.evaluateHandle(
    ({ width, height, mask }) => {
      const took = new Promise<number>((done) => {
        const pixelOf = (layer: string, { x, y }: { x: number; y: number }) => {
          const host = document.querySelector<HTMLElement>("[data-testid=canvas]");
          const canvas = host?.querySelector<HTMLCanvasElement>(`canvas[data-layer=${layer}]`);
          const [scale, left, top] = (host?.dataset.view ?? "").split(" ").map(Number) as number[];
          const place = [(x + 0.5) * (scale ?? 0) + (left ?? 0), (y + 0.5) * (scale ?? 0) + (top ?? 0)];
          const [i, j] = place.map(Math.floor) as [number, number];
          return host?.dataset.image === `${width} ${height}`
            ? canvas?.getContext("2d")?.getImageData(i, j, 1, 1).data[3]
            : 0;
        };
        const isEditable = () =>
          document.querySelector<HTMLElement>("[data-testid=annotator]")?.dataset.decoder === "ready" &&
          pixelOf("picture", { x: width / 2, y: height / 2 }) === 255 &&
          (!mask || pixelOf("masks", mask) !== 0);
        const begin = ({ timeStamp }: Event) => {
          window.removeEventListener("keydown", begin, { capture: true });
          window.removeEventListener("pointerdown", begin, { capture: true });
          const look = () => {
            if (isEditable()) done(performance.now() - timeStamp);
            else requestAnimationFrame(() => setTimeout(look));
          };
          setTimeout(look);
        };
        window.addEventListener("keydown", begin, { capture: true });
        window.addEventListener("pointerdown", begin, { capture: true });
      });
      return { took };
    },
    { width: image.width, height: image.height, mask: shownMask },
  );
  await act();
  return clock.evaluate(({ took }) => took);
}

// ---- clicks --------------------------------------------------------------------------------------------------

interface ClickFigure {
  click_to_mask_ms: number;
  click_to_drawn_ms: number;
  click_to_answer_ms: number;
  decoder_ms: number;
}

async function clickDelays(threads: number) {
  const image = await imageNamed("dog.jpg"); // 800 x 534
  const { page, at } = await openAt(LAPTOP, image, threads);
  await page.keyboard.press("1");
  const first: ClickFigure[] = [];
  const switches: number[] = [];
  const refining: ClickFigure[] = [];
  for (let i = 0; i < WARM_UP_CLICKS + CLICKS; i++) {
    const place = { x: 60 + ((i * 137) % 680), y: 60 + ((i * 89) % 410) };
    first.push(await timedClick(at, place, "left"));
    switches.push(await timedCandidate(page));
    refining.push(await timedClick(at, { x: 799 - place.x, y: 533 - place.y }, "right"));
    await page.keyboard.press("Escape");
  }
  await page.close();
  return {
    first_click: clickSummary(first),
    refining_click: clickSummary(refining),
    next_candidate_ms: summary(switches.slice(WARM_UP_CLICKS)),
  };
}

/** From the key to the end of the frame that drew the next candidate. */
async function timedCandidate(page: Page): Promise<number> {
  const clock = await page.evaluateHandle(() => {
    const took = new Promise<number>((done) => {
      const note = ({ timeStamp }: Event) => {
        // The page's own listener was first, and so is its drawing in the frame.
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - timeStamp)));
      };
      window.addEventListener("keydown", note, { once: true });
    });
    return { took };
  });
  await page.keyboard.press("Tab");
  return clock.evaluate(({ took }) => took);
}

async function timedClick(at: Annotating, place: Place, button: "left" | "right"): Promise<ClickFigure> {
  await at.page.evaluate(() => performance.clearMeasures());
  // A hand rests before it clicks, and sees the preview meanwhile.
  await at.hover(place);
  await at.page.waitForTimeout(RESTS_MS);
  await at.click(place, { button });
  const entry = await at.page.waitForFunction(() => {
    const [measure] = performance.getEntriesByName("maskloop:click-to-mask") as PerformanceMeasure[];
    if (!measure) return null;
    const { runMs, answeredMs, drawnMs } = measure.detail as Record<string, number>;
    return {
      click_to_mask_ms: measure.duration,
      click_to_drawn_ms: drawnMs,
      click_to_answer_ms: answeredMs,
      decoder_ms: runMs,
    } as ClickFigure;
  });
  return (await entry.jsonValue()) as ClickFigure;
}

function clickSummary(all: ClickFigure[]) {
  const counted = all.slice(WARM_UP_CLICKS);
  const median = (value: (figure: ClickFigure) => number) => quantile(counted.map(value), 0.5);
  return {
    ...summary(counted.map((figure) => figure.click_to_mask_ms)),
    decoder_median_ms: median((figure) => figure.decoder_ms),
    // What the page adds to the decoder: until it has the answer, until that is drawn, until the frame shows it.
    until_answer_ms: median((figure) => figure.click_to_answer_ms - figure.decoder_ms),
    until_drawn_ms: median((figure) => figure.click_to_drawn_ms - figure.decoder_ms),
    until_shown_ms: median((figure) => figure.click_to_mask_ms - figure.decoder_ms),
  };
}

// ---- memory --------------------------------------------------------------------------------------------------

interface Memory {
  countedMb: number;
  processMb: number;
}

async function memoryOf(page: Page): Promise<Memory> {
  const bytes = await page.evaluate(async () => {
    const measuring = performance as Performance & {
      measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
    };
    return (await measuring.measureUserAgentSpecificMemory()).bytes;
  });
  const browser = await page.context().browser()?.newBrowserCDPSession();
  const processes = await browser?.send("SystemInfo.getProcessInfo");
  await browser?.detach();
  const renderers = processes?.processInfo.filter(({ type }) => type === "renderer") ?? [];
  const kilobytes = renderers.map(({ id }) => {
    const [, share] = /^Pss: +(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, "utf8")) ?? [];
    return Number(share);
  });
  return {
    countedMb: bytes / 2 ** 20,
    processMb: kilobytes.reduce((sum, share) => sum + share, 0) / 2 ** 10,
  };
}

// ---- photos and masks ----------------------------------------------------------------------------------------

/** One photo of 24 and so many of 8 megapixels. */
function enlarge(count: number): void {
  execFileSync(PYTHON, ["-m", "tools.bench_photos", photos, String(count)], { cwd: ROOT });
}

/** Imports photos one after the other; returns when all images on the server have their embeddings. */
async function imported(...names: string[]): Promise<ImageOut[]> {
  for (const name of names) {
    const form = new FormData();
    form.append("files", new Blob([readFileSync(join(photos, name))]), name);
    await server.fetch("/api/images", { method: "POST", body: form });
  }
  return Promise.all(names.map(imageNamed));
}

/** An image of the server, as soon as all of them have their embeddings. */
async function imageNamed(name: string): Promise<ImageOut> {
  for (;;) {
    const { items } = await server.get<ImagePage>("/api/images?limit=1000");
    const failed = items.find(({ embedding }) => embedding.state === "failed");
    if (failed) throw new Error(failed.embedding.error ?? "an embedding failed");
    const image = items.find((item) => item.name === name);
    if (image && items.every(({ embedding }) => embedding.state === "ready")) return image;
    await new Promise((done) => setTimeout(done, 500));
  }
}

/** Saves discs of many sizes all over an image; returns the middle of the last one. */
async function saveMasks({ id, width, height }: ImageOut): Promise<Place> {
  let middle = { x: 0, y: 0 };
  for (let i = 0; i < MASKS; i++) {
    // Two irrational steps spread the discs evenly; most are small, some as large as the photo's main object.
    const radius = i % 50 === 0 ? height / 6 : 12 + ((i * 37) % 60);
    middle = {
      x: Math.round(radius + ((i * 0.7548777) % 1) * (width - 2 * radius)),
      y: Math.round(radius + ((i * 0.5698403) % 1) * (height - 2 * radius)),
    };
    const mask: MaskIn = {
      image_id: id,
      rle: { size: [height, width], counts: runsToText(discRuns(middle, radius, width, height)) },
      active_ms: 14_000,
      source: "painted",
      model_id: null,
      predicted_iou: null,
      prompts: { points: [], strokes: { brush: 1, erase: 0 } },
    };
    await server.send("PUT", `/api/masks/${randomUUID()}`, mask);
  }
  return middle;
}

/** Runs of 0 and 1 in turn, down the columns. The disc touches neither the top nor the bottom. */
function discRuns(middle: Place, radius: number, width: number, height: number): Uint32Array {
  const runs: number[] = [];
  let end = 0;
  for (let x = Math.ceil(middle.x - radius); x <= middle.x + radius; x++) {
    const half = Math.floor(Math.sqrt(radius ** 2 - (x - middle.x) ** 2));
    const start = x * height + middle.y - half;
    runs.push(start - end, 2 * half + 1);
    end = start + 2 * half + 1;
  }
  return Uint32Array.from([...runs, width * height - end]);
}

// ---- figures -------------------------------------------------------------------------------------------------

function summary(values: number[]) {
  return { median_ms: quantile(values, 0.5), p95_ms: quantile(values, 0.95) };
}

function ratio(a: number, b: number): number {
  return Number((a / b).toFixed(2));
}
