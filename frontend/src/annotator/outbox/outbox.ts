import type { IDBPDatabase } from "idb";
import { createStore, type StoreApi } from "zustand/vanilla";
import { ApiError } from "../../api/errors";
import type { MaskOut } from "../../api/types";
import { isDone } from "../flow/work";
import { type Change, heldBack, type MaskSave, type NewChange } from "./changes";
import { keysOf, type WorkDb } from "./database";
import type { MaskStep } from "./history";
import { answeredInTime } from "./inTime";
import { rebased } from "./rebase";
import type { Answer, sendChange } from "./send";
import type { Tabs } from "./tabs";

// A connection that is half open would otherwise hold up everything behind it.
const ANSWER_WITHIN_MS = 20_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** What is kept in one go with changes. */
interface Along {
  /** What the changes do, to be taken back. */
  step?: MaskStep;
  /** They save the mask in the making of the step's image, which is forgotten then. */
  accepts?: boolean;
  /** Steps that cannot be done again any more. */
  forgotten?: readonly MaskStep[];
}

/**
 * Changes on their way to the server: kept in IndexedDB first, so that neither a reload nor a dead server loses
 * one; then sent in order, again and again with growing pauses. Every change may be sent twice without harm.
 * What the server refuses for good is kept, with its reason, until the person drops it. Tabs of one browser have one
 * outbox: one of them sends at a time, and all hear what became of it.
 */
export class Outbox {
  readonly changes: StoreApi<readonly Change[]> = createStore(() => []);
  /** Called when the server has taken a change of any tab, with its answer, before the change leaves the outbox. */
  onSent: (change: Change, answer: Answer) => void = () => {};
  /** Called for an accepted mask, and what it changes in others, once they are on disk. */
  onAccepted: (change: NewChange) => void = () => {};
  /** Called when the server has refused a change of any tab for good. */
  onRefused: (change: Change) => void = () => {};
  /** The sending that goes on now. */
  private run: Promise<void> | null = null;
  /** Masks as the server last answered for them. */
  private readonly answered = new Map<string, MaskOut>();
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private retryMs = FIRST_RETRY_MS;

  private constructor(
    private readonly db: IDBPDatabase<WorkDb>,
    private readonly sendOne: typeof sendChange,
    private readonly tabs: Tabs,
  ) {
    tabs.onNews = (news) => {
      if (news.kind === "sent") this.noteSent(news.change, news.answer);
      if (news.kind === "refused") this.onRefused(news.change);
      void this.reload();
    };
  }

  /** Opens the outbox with what an earlier visit left in it, and starts sending that. */
  static async open(db: IDBPDatabase<WorkDb>, sendOne: typeof sendChange, tabs: Tabs): Promise<Outbox> {
    const outbox = new Outbox(db, sendOne, tabs);
    await outbox.reload();
    void outbox.send();
    return outbox;
  }

  /** Resolves when the changes are on disk, all of them or none; sending goes on by itself. */
  add(...changes: NewChange[]): Promise<void> {
    return this.keep(changes);
  }

  /** Gives up a change; later ones of the same mask, or decisions about the same image, build on it and go as well. */
  async drop(dropped: Change): Promise<void> {
    await Promise.all(this.onwardsFrom(dropped).map((change) => this.db.delete("changes", change.seq)));
    await this.reloadAll();
    void this.send();
  }

  /** Saves a refused mask after all, with another label or none, and what builds on it likewise. */
  async relabel(refused: MaskSave, labelId: string | null): Promise<void> {
    const lost = refused.mask.label_id;
    const transaction = this.db.transaction("changes", "readwrite");
    await Promise.all([
      ...this.onwardsFrom(refused)
        .filter((change) => change.kind === "save")
        .filter(({ mask }) => mask.label_id === lost)
        .map((change) => transaction.store.put(withLabel(change, labelId))),
      transaction.done,
    ]);
    await this.reloadAll();
    void this.send();
  }

  /**
   * Sends now what waits (page shown, network back), without waiting for the next retry. Resolves when all that can be
   * sent is sent, or the server does not answer.
   */
  send(): Promise<void> {
    clearTimeout(this.retryTimer);
    this.run ??= this.tabs.alone(() => this.sendAll());
    return this.run;
  }

  /** Adds changes with what belongs to them, all of it or nothing. */
  async keep(changes: readonly NewChange[], { step, accepts, forgotten = [] }: Along = {}): Promise<void> {
    // In one transaction, so that an accepted mask never comes back as a half-made one after a crash.
    const stores = ["changes", "drafts", "draftParts", "history"] as const;
    const transaction = this.db.transaction(stores, "readwrite");
    const history = transaction.objectStore("history");
    const acceptedImageId = accepts && step ? step.imageId : null;
    const kept = transaction.objectStore("changes");
    const waiting = (await kept.getAll()) as Change[];
    const added = this.rebasedAll(
      changes,
      waiting.filter(({ rejected }) => rejected === null),
    );
    await Promise.all([
      ...replacedBy(changes, waiting).map(({ seq }) => kept.delete(seq)),
      ...added.map((change) => kept.add({ ...change, rejected: null })),
      acceptedImageId !== null && transaction.objectStore("drafts").delete(acceptedImageId),
      acceptedImageId !== null && transaction.objectStore("draftParts").delete(keysOf(acceptedImageId)),
      step && history.put(step),
      ...forgotten.map(({ imageId, id }) => history.delete([imageId, id])),
      ...doneImages(changes).map((imageId) => history.delete(keysOf(imageId))),
      transaction.done,
    ]);
    for (const change of added) if (acceptedImageId !== null) this.onAccepted(change);
    await this.reloadAll();
    void this.send();
  }

  /** Each on top of what waits and of those before it. */
  private rebasedAll(changes: readonly NewChange[], waiting: readonly NewChange[]): NewChange[] {
    const before = [...waiting];
    for (const change of changes) {
      const kept =
        change.kind === "decide" ? change : rebased(change, before, this.answered.get(change.maskId));
      if (kept) before.push(kept);
    }
    return before.slice(waiting.length);
  }

  private async sendAll(): Promise<void> {
    try {
      await this.reload(); // While another tab was sending, this one waited.
      for (let change = this.next(); change; change = this.next()) {
        if (!(await this.sendNext(change))) return;
      }
    } finally {
      // Synchronously after the last change was looked for, so that none added meanwhile is left lying.
      this.run = null;
    }
  }

  /** Sends one change; false when it has to wait because the server does not answer. */
  private async sendNext(change: Change): Promise<boolean> {
    let answer: Answer;
    try {
      answer = await answeredInTime(this.sendOne(change), ANSWER_WITHIN_MS);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.needsSignIn) return false; // Who signs the person in calls `send`.
      if (error.isTemporary) {
        this.retryTimer = setTimeout(() => void this.send(), this.retryMs);
        this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
        return false;
      }
      await this.db.put("changes", { ...change, rejected: error.detail, rejectedCode: error.code });
      await this.reload();
      this.onRefused(change);
      this.tabs.tell({ kind: "refused", change });
      return true;
    }
    this.retryMs = FIRST_RETRY_MS;
    this.noteSent(change, answer);
    this.tabs.tell({ kind: "sent", change, answer });
    await this.db.delete("changes", change.seq);
    await this.reloadAll();
    return true;
  }

  /** A change, and what builds on it: later ones of the same mask, or decisions about the same image. */
  private onwardsFrom(first: Change): Change[] {
    return this.changes
      .getState()
      .filter((change) => change.seq >= first.seq && subjectOf(change) === subjectOf(first));
  }

  private noteSent(change: Change, answer: Answer): void {
    if ("mask" in answer && answer.mask) this.answered.set(answer.mask.id, answer.mask);
    this.onSent(change, answer);
  }

  /** The oldest change that may be sent. */
  private next(): Change | undefined {
    const changes = this.changes.getState();
    const held = heldBack(changes);
    return changes.find((change) => change.rejected === null && !held.has(change));
  }

  private async reloadAll(): Promise<void> {
    await this.reload();
    this.tabs.tell({ kind: "changed" });
  }

  private async reload(): Promise<void> {
    this.changes.setState((await this.db.getAll("changes")) as Change[], true);
  }
}

function withLabel(change: MaskSave, labelId: string | null): MaskSave {
  return { ...change, mask: { ...change.mask, label_id: labelId }, rejected: null };
}

/** Images that are done by these changes: what was done to their masks is not taken back any more. */
function doneImages(changes: readonly NewChange[]): string[] {
  return changes.flatMap((change) =>
    change.kind === "decide" && isDone({ state: change.to }) ? change.imageId : [],
  );
}

/** What later changes can build on: the mask, or what was decided about the image. */
function subjectOf(change: Change): string {
  return change.kind === "decide" ? `image ${change.imageId}` : `mask ${change.maskId}`;
}

/** Decisions that do not count any more: a new one about their image was made before they could be sent. */
function replacedBy(changes: readonly NewChange[], waiting: readonly Change[]): Change[] {
  const decided = new Set(changes.flatMap(({ kind, imageId }) => (kind === "decide" ? imageId : [])));
  const held = heldBack(waiting);
  return waiting.filter(
    (change) =>
      change.kind === "decide" &&
      decided.has(change.imageId) &&
      (change.rejected !== null || held.has(change)),
  );
}
