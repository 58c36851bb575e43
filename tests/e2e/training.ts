import { createHash, randomUUID } from "node:crypto";
import { encodeRle } from "../../frontend/src/annotator/masks/rle";
import type { ImageOut, ImagePage, ImportReport, MaskIn, ModelOut } from "../../frontend/src/api/types";
import { photo, type UploadFile } from "./pictures";
import type { Server } from "./server";

const WIDTH = 320;
const HEIGHT = 240;
const HELD_OUT_SHARE = 0.1;

/**
 * Photos of discs with a person's mask on each, so many of either side of the split: with one of each, enough for a run.
 * Photos that are there already get another mask.
 */
export async function annotateDiscs(
  server: Server,
  learnt: number,
  heldOut: number,
  activeMs = 9000,
): Promise<void> {
  const model = await server.get<ModelOut>("/api/models/active");
  for (const [index, file] of discs(learnt, heldOut).entries()) {
    const form = new FormData();
    form.append("files", new Blob([new Uint8Array(file.buffer)], { type: file.mimeType }), file.name);
    const answer = await server.fetch("/api/images", { method: "POST", body: form });
    const imageId = ((await answer.json()) as ImportReport).files[0]?.image_id as string;
    const mask: MaskIn = {
      image_id: imageId,
      rle: { size: [HEIGHT, WIDTH], counts: encodeRle(disc(), WIDTH, HEIGHT) },
      active_ms: activeMs + 400 * index,
      source: "clicked",
      model_id: model.id,
      predicted_iou: 0.9,
      log: [[0, "point"]],
      prompts: {
        points: [{ x: 160, y: 120, label: 1 }],
        box: null,
        candidate: 0,
        strokes: { brush: 0, erase: 0 },
      },
    };
    await server.send("PUT", `/api/masks/${randomUUID()}`, mask);
  }
}

/** Until nothing waits for the worker, so that a run has it for itself. */
export async function allEmbedded(server: Server): Promise<boolean> {
  const { items } = await server.get<ImagePage>("/api/images");
  return items.every(({ embedding }: ImageOut) => embedding.state === "ready");
}

function discs(learnt: number, heldOut: number): UploadFile[] {
  const files = Array.from({ length: 256 }, (_, tint) => photo(`disc-${tint}.png`, tint, WIDTH, HEIGHT));
  return [
    ...files.filter((file) => !isHeldOut(file)).slice(0, learnt),
    ...files.filter(isHeldOut).slice(0, heldOut),
  ];
}

/** As the server has it: by the hash of the content's hash. */
function isHeldOut({ buffer }: UploadFile): boolean {
  const sha256 = createHash("sha256").update(buffer).digest("hex");
  const share = createHash("sha256").update(sha256).digest().readBigUInt64BE();
  return Number(share) < HELD_OUT_SHARE * 2 ** 64;
}

function disc(): Uint8Array {
  const pixels = new Uint8Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      if (Math.hypot(x - WIDTH / 2, y - HEIGHT / 2) < HEIGHT / 4) pixels[y * WIDTH + x] = 1;
    }
  }
  return pixels;
}
