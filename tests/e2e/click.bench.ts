import { loadavg } from "node:os";
import { type Browser, test } from "@playwright/test";
import { Annotating } from "./annotating";
import { Server } from "./server";

// Click to painted mask: from the pointer event's time stamp to the end of the frame that drew the mask, as the
// page itself measures it (performance entry "maskloop:click-to-mask"), in the built page.

const PHOTO = "dog.jpg"; // 800 x 534
const WARM_UP_CLICKS = 6;
const CLICKS = 40;
const THREADS = [1, 2];

test("click to painted mask", async ({ browser }) => {
  test.setTimeout(600_000);
  const server = await Server.start();
  try {
    const imageId = await embeddedImage(server.url);
    const figures: Record<string, unknown> = {};
    for (const threads of THREADS)
      figures[`threads_${threads}`] = await measure(browser, server.url, imageId, threads);
    const load = Number((loadavg()[0] as number).toFixed(1));
    process.stdout.write(
      `RESULT ${JSON.stringify({ bench: "click", photo: PHOTO, clicks: CLICKS, ...figures, load_average: load })}`,
    );
  } finally {
    await server.stop();
  }
});

async function measure(browser: Browser, url: string, imageId: string, threads: number) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  // The page takes as many threads as it is told that there are cores.
  await page.addInitScript((cores) => {
    Object.defineProperty(navigator, "hardwareConcurrency", { get: () => cores });
  }, threads);
  await page.goto(`${url}/images/${imageId}\n`);
  const at = new Annotating(page);
  await at.ready();
  const first: Figure[] = [];
  const refining: Figure[] = [];
  for (let i = 0; i < WARM_UP_CLICKS + CLICKS; i++) {
    const place = { x: 60 + ((i * 137) % 680), y: 60 + ((i * 89) % 410) };
    first.push(await timedClick(at, place, "left"));
    refining.push(await timedClick(at, { x: 799 - place.x, y: 533 - place.y }, "right"));
    await page.keyboard.press("Escape");
  }
  await page.close();
  return { first_click: summary(first), refining_click: summary(refining) };
}

interface Figure {
  click_to_mask_ms: number;
  decoder_ms: number;
}

async function timedClick(
  at: Annotating,
  place: { x: number; y: number },
  button: "left" | "right",
): Promise<Figure> {
  await at.page.evaluate(() => performance.clearMeasures());
  await at.click(place, { button });
  const entry = await at.page.waitForFunction(() => {
    const [measure] = performance.getEntriesByName("maskloop:click-to-mask") as PerformanceMeasure[];
    return measure && { click_to_mask_ms: measure.duration, decoder_ms: measure.detail.runMs as number };
  });
  return (await entry.jsonValue()) as Figure;
}

function summary(figures: Figure[]) {
  const counted = figures.slice(WARM_UP_CLICKS);
  const clicks = counted.map((figure) => figure.click_to_mask_ms);
  const decoder = counted.map((figure) => figure.decoder_ms);
  return {
    median_ms: quantile(clicks, 0.5),
    p95_ms: quantile(clicks, 0.95),
    decoder_median_ms: quantile(decoder, 0.5),
  };
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Number((sorted[Math.ceil(share * sorted.length) - 1] as number).toFixed(1));
}

async function embeddedImage(url: string): Promise<string> {
  for (;;) {
    const answer = await fetch(`${url}/api/images`);
    const { items } = (await answer.json()) as {
      items: { id: string; name: string; embedding: { state: string; error: string | null } }[];
    };
    const image = items.find((item) => item.name === PHOTO);
    if (image?.embedding.state === "failed") throw new Error(image.embedding.error ?? "the embedding failed");
    if (image?.embedding.state === "ready") return image.id;
    await new Promise((done) => setTimeout(done, 500));
  }
}
