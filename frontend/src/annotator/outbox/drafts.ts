import type { IDBPDatabase } from "idb";
import { type MaskLayers, UNPAINTED } from "../masks/layers";
import type { Rect } from "../masks/rect";
import type { Click, Draft } from "../state/draft";
import type { WorkDb } from "./database";

/** A half-made mask, kept over a reload: its clicks with their answers and its paint; not its undo steps. */
export interface SavedDraft {
  imageId: string;
  width: number;
  height: number;
  decoder: string;
  clicks: Click[];
  strokes: Draft["strokes"];
  paintBounds: Rect;
  paint: Uint8Array;
  countedMs: number;
}

export function packDraft(
  imageId: string,
  decoder: string,
  draft: Draft,
  layers: MaskLayers,
  countedMs: number,
): SavedDraft {
  const { x, y, width, height } = layers.paintBounds;
  const paint = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * layers.width + x;
    paint.set(layers.paint.subarray(start, start + width), row * width);
  }
  return {
    imageId,
    width: layers.width,
    height: layers.height,
    decoder,
    clicks: [...draft.clicks],
    strokes: draft.strokes,
    paintBounds: layers.paintBounds,
    paint,
    countedMs,
  };
}

/** Puts a kept half-made mask back. Its clicks can be undone one by one; its strokes have become part of it. */
export function unpackDraft(saved: SavedDraft, layers: MaskLayers, firstClickId: number): Draft {
  const { x, y, width, height } = saved.paintBounds;
  for (let row = 0; row < height; row++) {
    layers.paint.set(saved.paint.subarray(row * width, (row + 1) * width), (y + row) * layers.width + x);
  }
  layers.paintBounds = saved.paint.every((value) => value === UNPAINTED)
    ? layers.paintBounds
    : saved.paintBounds;
  const clicks = saved.clicks.map((click, index) => ({ ...click, id: firstClickId + index }));
  return {
    clicks,
    strokes: saved.strokes,
    done: clicks.map((click) => ({ kind: "click" as const, click })),
    undone: [],
    nextClickId: firstClickId + clicks.length,
  };
}

/** Keeps the half-made mask, or forgets it when there is nothing in it. */
export async function keepDraft(db: IDBPDatabase<WorkDb>, saved: SavedDraft): Promise<void> {
  const { clicks, strokes } = saved;
  if (clicks.length + strokes.brush + strokes.erase === 0) await db.delete("drafts", saved.imageId);
  else await db.put("drafts", saved);
}

/** The kept half-made mask of an image, if it fits the image and the decoder of today. */
export async function findDraft(
  db: IDBPDatabase<WorkDb>,
  image: { id: string; width: number; height: number },
  decoder: string,
): Promise<SavedDraft | null> {
  const saved = await db.get("drafts", image.id);
  if (!saved || saved.width !== image.width || saved.height !== image.height) return null;
  // Another decoder refines its own logits only: keep the clicks, and let it answer the last of them anew.
  return saved.decoder === decoder
    ? saved
    : { ...saved, clicks: saved.clicks.map((click) => ({ ...click, prediction: null })) };
}
