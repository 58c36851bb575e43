import type { IDBPDatabase } from "idb";
import type { MaskLayers } from "../masks/layers";
import { blocksOf, type PaintBlock, readBlock, writeBlock } from "../masks/paint";
import type { Rect } from "../masks/rect";
import type { Ask, Draft, Start, Step } from "../state/draft";
import { type Finish, UNFINISHED } from "../state/finish";
import type { Outline } from "../state/outline";
import { keysOf, type WorkDb } from "./database";

/** A half-made mask, kept over a reload with its undo steps. All of it that can be large is in parts of their own. */
export interface SavedDraft {
  imageId: string;
  width: number;
  height: number;
  decoder: string;
  ask: number;
  asks: number[];
  strokes: Draft["strokes"];
  /** Drafts kept by an earlier version have none. */
  finish?: Finish;
  done: number[];
  undone: number[];
  nextAskId: number;
  nextStepId: number;
  hasStart: boolean;
  logLength: number;
  outline: Outline | null;
  paintBounds: Rect;
  countedMs: number;
}

/** By their names: `start`, `ask 1`, `step 1`, `log 0` (the entries from that one on), `paint 1`. */
export type DraftPart = Start | Ask | Step | Draft["log"] | PaintBlock;

export interface KeptDraft {
  draft: Draft;
  outline: Outline | null;
  countedMs: number;
}

/** What is on disk of a draft. */
interface Written {
  start: Start | null;
  asks: ReadonlyMap<number, Ask>;
  steps: Steps;
  log: Draft["log"];
}

type Steps = ReadonlyMap<number, { step: Step; isDone: boolean }>;

const NOTHING: Written = { start: null, asks: new Map(), steps: new Map(), log: [] };

/**
 * Keeps one image's half-made mask on this computer. It can hold a hundred megabytes, so only what is new or has
 * changed since the last time is written.
 */
export class DraftKeeper {
  private written: Written = NOTHING;

  constructor(
    private readonly db: IDBPDatabase<WorkDb>,
    private readonly image: { id: string; width: number; height: number },
    private readonly decoder: string,
  ) {}

  /** Keeps the half-made mask, or forgets it when there is nothing in it, to take back or to do again. */
  async keep(work: KeptDraft, layers: MaskLayers): Promise<void> {
    const { draft, outline } = work;
    const { id } = this.image;
    const isEmpty = !draft.start && !outline && draft.done.length + draft.undone.length === 0;
    const transaction = this.db.transaction(["drafts", "draftParts"], "readwrite");
    const parts = transaction.objectStore("draftParts");
    if (isEmpty) {
      this.written = NOTHING;
      void transaction.objectStore("drafts").delete(id);
      void parts.delete(keysOf(id));
    } else {
      const next = { start: draft.start, asks: draft.asks, steps: stepsOf(draft), log: draft.log };
      for (const [name, part] of changedParts(this.written, next, layers)) void parts.put(part, [id, name]);
      void transaction.objectStore("drafts").put(withoutParts(this.image, this.decoder, work, layers));
      this.written = next;
    }
    // Does not wait for the page, which may be on its way out.
    transaction.commit();
    await transaction.done;
  }

  /** Nothing is kept any more: the mask was accepted or given up. */
  startOver(): void {
    this.written = NOTHING;
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
      start: saved.hasStart ? await part<Start>("start") : null,
      asks: new Map(asks.map((ask) => [ask.id, ask])),
      ask: saved.ask,
      strokes: saved.strokes,
      finish: saved.finish ?? UNFINISHED,
      done: await Promise.all(saved.done.map(step)),
      undone: await Promise.all(saved.undone.map(step)),
      nextAskId: saved.nextAskId,
      nextStepId: saved.nextStepId,
      log: await this.restoreLog(saved.logLength),
    };
    for (const block of await this.db.getAll("draftParts", paintOf(id)))
      writeBlock(layers, block as PaintBlock);
    layers.paintBounds = saved.paintBounds;
    this.written = { start: draft.start, asks: draft.asks, steps: stepsOf(draft), log: draft.log };
    // Another decoder refines its own logits only, and answers the present prompts anew.
    const known =
      saved.decoder === this.decoder ? draft.asks : new Map(asks.map((ask) => [ask.id, unanswered(ask)]));
    return { draft: { ...draft, asks: known }, outline: saved.outline, countedMs: saved.countedMs };
  }

  private async restoreLog(length: number): Promise<Draft["log"]> {
    const log: Draft["log"][number][] = [];
    while (log.length < length) {
      const more = (await this.db.get("draftParts", [this.image.id, `log ${log.length}`])) as Draft["log"];
      log.push(...more);
    }
    return log;
  }
}

function paintOf(imageId: string): IDBKeyRange {
  return IDBKeyRange.bound([imageId, "paint "], [imageId, "paint ~"]);
}

function stepsOf({ done, undone }: Draft): Steps {
  const named = (steps: readonly Step[], isDone: boolean) =>
    steps.map((step) => [step.id, { step, isDone }] as const);
  return new Map([...named(done, true), ...named(undone, false)]);
}

/** Parts that are not on disk as they are now, by their names. */
function* changedParts(
  before: Written,
  now: Written,
  layers: MaskLayers,
): Generator<[name: string, part: DraftPart]> {
  if (now.start && now.start !== before.start) yield ["start", now.start];
  for (const [id, ask] of now.asks) if (before.asks.get(id) !== ask) yield [`ask ${id}`, ask];
  for (const [id, { step, isDone }] of now.steps) {
    const known = before.steps.get(id);
    // Undo and redo exchange a stroke's pixels.
    const isExchanged = step.command.kind === "stroke" && known?.isDone !== isDone;
    if (known?.step !== step || isExchanged) yield [`step ${id}`, step];
  }
  const kept = before.log.at(-1) === now.log[before.log.length - 1] ? before.log.length : 0;
  if (now.log.length > kept) yield [`log ${kept}`, now.log.slice(kept)];
  for (const block of repainted(before.steps, now.steps, layers))
    yield [`paint ${block}`, readBlock(layers, block)];
}

/** The blocks in which strokes were done, undone or done again. */
function repainted(before: Steps, now: Steps, layers: MaskLayers): Set<number> {
  const blocks = new Set<number>();
  for (const id of new Set([...before.keys(), ...now.keys()])) {
    const [then, since] = [before.get(id), now.get(id)];
    if (then?.step === since?.step && then?.isDone === since?.isDone) continue;
    for (const one of [then, since]) {
      if (!one?.isDone || one.step.command.kind !== "stroke") continue;
      for (const block of blocksOf(layers, one.step.command.delta)) blocks.add(block);
    }
  }
  return blocks;
}

function withoutParts(
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
    ask: draft.ask,
    asks: [...draft.asks.keys()],
    strokes: draft.strokes,
    finish: draft.finish,
    done: draft.done.map(({ id }) => id),
    undone: draft.undone.map(({ id }) => id),
    nextAskId: draft.nextAskId,
    nextStepId: draft.nextStepId,
    hasStart: draft.start !== null,
    logLength: draft.log.length,
    outline,
    paintBounds: layers.paintBounds,
    countedMs,
  };
}

/** The start's answer is no decoder's. */
function unanswered(ask: Ask): Ask {
  return ask.id === 0 ? ask : { ...ask, candidates: null, chosen: 0 };
}
