import type { IDBPDatabase } from "idb";
import { type MaskLayers, UNPAINTED } from "../masks/layers";
import type { Rect } from "../masks/rect";
import type { Ask, Draft, Start, Step } from "../state/draft";
import type { Outline } from "../state/outline";
import type { WorkDb } from "./database";

/** A half-made mask, kept over a reload with its undo steps. Steps and asks are parts of their own. */
export interface SavedDraft {
  imageId: string;
  width: number;
  height: number;
  decoder: string;
  start: Start | null;
  ask: number;
  asks: number[];
  strokes: Draft["strokes"];
  done: number[];
  undone: number[];
  nextAskId: number;
  nextStepId: number;
  log: Draft["log"];
  /** Not closed yet; missing where an earlier version has kept the draft. */
  outline?: Outline | null;
  paintBounds: Rect;
  paint: Uint8Array;
  countedMs: number;
}

export type DraftPart = Ask | Step;

export interface KeptDraft {
  draft: Draft;
  outline: Outline | null;
  countedMs: number;
}

/**
 * Keeps one image's half-made mask on this computer. A step can hold megabytes of pixels, so only what is new or
 * has changed since the last time is written.
 */
export class DraftKeeper {
  private readonly written = new Map<string, unknown>();

  constructor(
    private readonly db: IDBPDatabase<WorkDb>,
    private readonly image: { id: string; width: number; height: number },
    private readonly decoder: string,
  ) {}

  /** Keeps the half-made mask, or forgets it when there is nothing in it, to take back or to do again. */
  async keep(work: KeptDraft, layers: MaskLayers): Promise<void> {
    const { draft, outline } = work;
    const isEmpty = !draft.start && !outline && draft.done.length + draft.undone.length === 0;
    const transaction = this.db.transaction(["drafts", "draftParts"], "readwrite");
    const parts = transaction.objectStore("draftParts");
    if (isEmpty) {
      this.written.clear();
      void transaction.objectStore("drafts").delete(this.image.id);
      void parts.delete(partsOf(this.image.id));
    } else {
      for (const { name, part, state } of changedParts(draft, this.written)) {
        void parts.put(part, [this.image.id, name]);
        this.written.set(name, state);
      }
      void transaction.objectStore("drafts").put(packed(this.image, this.decoder, work, layers));
    }
    // Does not wait for the page, which may be on its way out.
    transaction.commit();
    await transaction.done;
  }

  /** Nothing is kept any more: the mask was accepted or given up. */
  startOver(): void {
    this.written.clear();
  }

  /** Puts the kept half-made mask of the image back into its layers; null when there is none that fits. */
  async restore(layers: MaskLayers): Promise<KeptDraft | null> {
    const { id, width, height } = this.image;
    const saved = await this.db.get("drafts", id);
    if (!saved || saved.width !== width || saved.height !== height) return null;
    const part = async <Part extends DraftPart>(name: string) =>
      (await this.db.get("draftParts", [id, name])) as Part;
    const asks = await Promise.all(saved.asks.map((ask) => part<Ask>(`ask ${ask}`)));
    const step = (stepId: number) => part<Step>(`step ${stepId}`);
    const draft: Draft = {
      start: saved.start,
      // Another decoder refines its own logits only, and answers the present prompts anew.
      asks: new Map(asks.map((ask) => [ask.id, saved.decoder === this.decoder ? ask : unanswered(ask)])),
      ask: saved.ask,
      strokes: saved.strokes,
      done: await Promise.all(saved.done.map(step)),
      undone: await Promise.all(saved.undone.map(step)),
      nextAskId: saved.nextAskId,
      nextStepId: saved.nextStepId,
      log: saved.log,
    };
    unpackPaint(saved, layers);
    return { draft, outline: saved.outline ?? null, countedMs: saved.countedMs };
  }
}

/** Every part of an image's draft. */
export function partsOf(imageId: string): IDBKeyRange {
  return IDBKeyRange.bound([imageId], [imageId, []]);
}

/** Parts that are not written as they are. Undo and redo exchange a stroke's pixels, so it has two states. */
function* changedParts(draft: Draft, written: ReadonlyMap<string, unknown>) {
  const steps = [
    ...draft.done.map((step) => ({ step, state: "done" })),
    ...draft.undone.map((step) => ({ step, state: "undone" })),
  ];
  for (const ask of draft.asks.values()) {
    const name = `ask ${ask.id}`;
    if (written.get(name) !== ask) yield { name, part: ask, state: ask };
  }
  for (const { step, state } of steps) {
    const name = `step ${step.id}`;
    const known = written.get(name);
    if (known !== state && (known === undefined || step.command.kind === "stroke"))
      yield { name, part: step, state };
  }
}

function packed(
  image: { id: string; width: number; height: number },
  decoder: string,
  { draft, outline, countedMs }: KeptDraft,
  layers: MaskLayers,
): SavedDraft {
  return {
    imageId: image.id,
    width: image.width,
    height: image.height,
    decoder,
    start: draft.start,
    ask: draft.ask,
    asks: [...draft.asks.keys()],
    strokes: draft.strokes,
    done: draft.done.map(({ id }) => id),
    undone: draft.undone.map(({ id }) => id),
    nextAskId: draft.nextAskId,
    nextStepId: draft.nextStepId,
    log: draft.log,
    outline,
    paintBounds: layers.paintBounds,
    paint: packedPaint(layers),
    countedMs,
  };
}

function packedPaint(layers: MaskLayers): Uint8Array {
  const { x, y, width, height } = layers.paintBounds;
  const paint = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * layers.width + x;
    paint.set(layers.paint.subarray(start, start + width), row * width);
  }
  return paint;
}

function unpackPaint({ paint, paintBounds }: SavedDraft, layers: MaskLayers): void {
  const { x, y, width, height } = paintBounds;
  for (let row = 0; row < height; row++) {
    layers.paint.set(paint.subarray(row * width, (row + 1) * width), (y + row) * layers.width + x);
  }
  if (paint.some((value) => value !== UNPAINTED)) layers.paintBounds = paintBounds;
}

/** The start's answer is no decoder's. */
function unanswered(ask: Ask): Ask {
  return ask.id === 0 ? ask : { ...ask, candidates: null, chosen: 0 };
}
