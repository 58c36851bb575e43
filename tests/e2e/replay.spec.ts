import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { APIRequestContext, Page } from "@playwright/test";
import { parseEmbedding } from "../../frontend/src/annotator/decoder/embedding";
import { DecoderGraphs } from "../../frontend/src/annotator/decoder/graph";
import type { Runtime } from "../../frontend/src/annotator/decoder/runtime";
import { Guide } from "../../frontend/src/annotator/masks/edges";
import type { Prompt } from "../../frontend/src/annotator/state/draft";
import type { Entry } from "../../frontend/src/annotator/state/log";
import { replay } from "../../frontend/src/annotator/state/replay";
import { finalMask } from "../../frontend/src/annotator/testing/finalMask";
import type { MaskOut, ModelOut } from "../../frontend/src/api/types";
import { Annotating } from "./annotating";
import { expect, test } from "./fixtures";

const ROOT = resolve(__dirname, "../..");
const SIZE = { width: 800, height: 534 }; // dog.jpg

test("the log of a mask, replayed outside the browser with the same decoder, gives the identical mask", async ({
  page,
  server,
  request,
}) => {
  const bytes = readFileSync(join(ROOT, "samples/dog.jpg"));
  const file = {
    name: "replay.jpg",
    mimeType: "image/jpeg",
    buffer: Buffer.concat([bytes, Buffer.from("r")]),
  };
  const at = await Annotating.importAndOpen(page, server.url, file);
  await at.clickAndSee({ x: 380, y: 300 });
  await page.keyboard.press("Tab");
  await at.clickAndSee({ x: 60, y: 480 }, { button: "right" });
  await at.clickAndSee({ x: 250, y: 400 });
  await page.keyboard.press("Control+z");
  await at.stroke("b", { x: 600, y: 60 }, { x: 700, y: 90 }, { x: 640, y: 140 });
  await at.stroke("e", { x: 640, y: 60 }, { x: 660, y: 140 });
  await page.keyboard.press(".");
  await at.drag(
    [
      { x: 500, y: 350 },
      { x: 760, y: 500 },
    ],
    { steps: 6 },
  );
  await expect(page.getByTestId("annotator")).toHaveAttribute("data-decoder", "ready");
  await at.accept(1);
  await expect(at.saveState).toHaveText("All saved");

  const [mask] = await json<MaskOut[]>(request, `${server.url}/api/images/${at.imageId}/masks`);
  expect(mask?.effort).toMatchObject({ clicks: 4, boxes: 1, strokes: 2, edits: 1, candidate_changes: 1 });
  expect(Object.keys(mask?.effort?.tool_ms ?? {}).sort()).toEqual(["brush", "eraser", "point"]);
  const [log] = await json<{ entries: Entry[] }[]>(request, `${server.url}/api/masks/${mask?.id}/logs`);
  const decode = await decoderOf(request, server.url, at.imageId);
  const guide = new Guide({ ...SIZE, data: await pixelsOf(page, at.imageId) }, SIZE);
  const { layers } = await replay(log?.entries ?? [], SIZE, 0, guide, decode);
  const [exported] = await at.exported();
  expect(Buffer.from(finalMask(layers).mask).equals(exported as Buffer)).toBe(true);
});

async function json<Body>(request: APIRequestContext, url: string): Promise<Body> {
  return (await request.get(url)).json() as Promise<Body>;
}

/** The image's picture, decoded by the browser that showed it: decoders of JPEG round in different ways. */
async function pixelsOf(page: Page, imageId: string): Promise<Uint8ClampedArray> {
  const base64 = await page.evaluate(async (url) => {
    const bitmap = await createImageBitmap(await (await fetch(url)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", {
      willReadFrequently: true,
    }) as OffscreenCanvasRenderingContext2D;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let text = "";
    for (let at = 0; at < data.length; at += 4096)
      text += String.fromCharCode(...data.subarray(at, at + 4096));
    return btoa(text);
  }, `/api/images/${imageId}/picture`);
  return new Uint8ClampedArray(Buffer.from(base64, "base64"));
}

/** The server's decoder, on the embedding that it has of an image. */
async function decoderOf(request: APIRequestContext, url: string, imageId: string) {
  const model = await json<ModelOut>(request, `${url}/api/models/active`);
  const file = await bytesOf(request, new URL(model.decoder.url, url).href);
  const embedding = await bytesOf(request, `${url}/api/images/${imageId}/embedding`);
  const ort = createRequire(join(ROOT, "frontend/package.json"))("onnxruntime-web/wasm") as Runtime["ort"];
  ort.env.wasm.numThreads = 1;
  const graphs = await DecoderGraphs.load(new Uint8Array(file), { ort, provider: "wasm" });
  const terms = await graphs.prepare(parseEmbedding(embedding));
  const inputScale = model.image_size / Math.max(SIZE.width, SIZE.height);
  return (prompt: Prompt) => graphs.run(terms, { ...prompt, detail: "full" }, inputScale);
}

async function bytesOf(request: APIRequestContext, url: string): Promise<ArrayBuffer> {
  const body = await (await request.get(url)).body();
  return body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer;
}
