import type { IDBPDatabase } from "idb";
import { createStore, type StoreApi } from "zustand/vanilla";
import { ApiError } from "../../api/errors";
import { type Change, heldBack, type NewChange } from "./changes";
import type { WorkDb } from "./database";
import { partsOf } from "./drafts";
import { answeredInTime } from "./inTime";
import { type Answer, sendChange } from "./send";

// A connection that is half open would otherwise hold up everything behind it.
const ANSWER_WITHIN_MS = 20_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Changes on their way to the server: kept in IndexedDB first, so that neither a reload nor a dead server loses
 * one; then sent in order, again and again with growing pauses. Every change may be sent twice without harm.
 * What the server refuses for good is kept, with its reason, until the person drops it.
 */
export class Outbox {
  readonly changes: StoreApi<readonly Change[]> = createStore(() => []);
  /** Called when the server has taken a change, with its answer, just before the change leaves the outbox. */
  onSent: (change: Change, answer: Answer) => void = () => {};
  /** Called for an accepted mask, and what it changes in others, once they are on disk. */
  onAccepted: (change: NewChange) => void = () => {};
  /** Called when the server has refused a change for good. */
  onRefused: (change: Change) => void = () => {};
  /** The sending that goes on now. */
  private run: Promise<void> | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private retryMs = FIRST_RETRY_MS;

  private constructor(
    private readonly db: IDBPDatabase<WorkDb>,
    private readonly sendOne: typeof sendChange,
  ) {}

  /** Opens the outbox with what an earlier visit left in it, and starts sending that. */
  static async open(db: IDBPDatabase<WorkDb>, sendOne = sendChange): Promise<Outbox> {
    const outbox = new Outbox(db, sendOne);
    await outbox.reload();
    void outbox.send();
    return outbox;
  }

  /** Resolves when the changes are on disk, all of them or none; sending goes on by itself. */
  add(...changes: NewChange[]): Promise<void> {
    return this.keep(changes, null);
  }

  /** Adds the accepted mask in the making of an image, with what it changes in others. */
  accept(imageId: string, ...changes: NewChange[]): Promise<void> {
    return this.keep(changes, imageId);
  }

  /** Gives up a change; later ones of the same mask, or decisions about the same image, build on it and go as well. */
  async drop(dropped: Change): Promise<void> {
    const gone = this.changes
      .getState()
      .filter((change) => change.seq >= dropped.seq && subjectOf(change) === subjectOf(dropped));
    await Promise.all(gone.map((change) => this.db.delete("changes", change.seq)));
    await this.reload();
    void this.send();
  }

  /**
   * Sends now what waits (page shown, network back), without waiting for the next retry. Resolves when all that can be
   * sent is sent, or the server does not answer.
   */
  send(): Promise<void> {
    clearTimeout(this.retryTimer);
    this.run ??= this.sendAll();
    return this.run;
  }

  private async keep(changes: readonly NewChange[], acceptedImageId: string | null): Promise<void> {
    // In one transaction, so that an accepted mask never comes back as a half-made one after a crash.
    const transaction = this.db.transaction(["changes", "drafts", "draftParts"], "readwrite");
    const kept = transaction.objectStore("changes");
    const waiting = (await kept.getAll()) as Change[];
    await Promise.all([
      ...replacedBy(changes, waiting).map(({ seq }) => kept.delete(seq)),
      ...changes.map((change) => kept.add({ ...change, rejected: null })),
      acceptedImageId !== null && transaction.objectStore("drafts").delete(acceptedImageId),
      acceptedImageId !== null && transaction.objectStore("draftParts").delete(partsOf(acceptedImageId)),
      transaction.done,
    ]);
    for (const change of changes) if (acceptedImageId !== null) this.onAccepted(change);
    await this.reload();
    void this.send();
  }

  private async sendAll(): Promise<void> {
    try {
      await this.reload(); // Another tab may have sent some of them.
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
      if (error.isTemporary) {
        this.retryTimer = setTimeout(() => void this.send(), this.retryMs);
        this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
        return false;
      }
      await this.db.put("changes", { ...change, rejected: error.detail });
      await this.reload();
      this.onRefused(change);
      return true;
    }
    this.retryMs = FIRST_RETRY_MS;
    this.onSent(change, answer);
    await this.db.delete("changes", change.seq);
    await this.reload();
    return true;
  }

  /** The oldest change that may be sent. */
  private next(): Change | undefined {
    const changes = this.changes.getState();
    const held = heldBack(changes);
    return changes.find((change) => change.rejected === null && !held.has(change));
  }

  private async reload(): Promise<void> {
    this.changes.setState((await this.db.getAll("changes")) as Change[], true);
  }
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
