import type { IDBPDatabase } from "idb";
import { createStore, type StoreApi } from "zustand/vanilla";
import { ApiError, unreachable } from "../../api/errors";
import type { MaskOut } from "../../api/types";
import type { Change, NewChange } from "./changes";
import type { WorkDb } from "./database";
import { partsOf } from "./drafts";
import { sendChange } from "./send";

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
  onSent: (change: Change, answer: MaskOut | null) => void = () => {};
  /** Called for an accepted mask, and what it changes in others, once they are on disk. */
  onAccepted: (change: NewChange) => void = () => {};
  /** Called when the server has refused a change for good. */
  onRefused: (change: Change) => void = () => {};
  private sending = false;
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
    outbox.send();
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

  /** Gives up a change; later ones of the same mask go with it, as they build on it. */
  async drop(dropped: Change): Promise<void> {
    const gone = this.changes
      .getState()
      .filter((change) => change.maskId === dropped.maskId && change.seq >= dropped.seq);
    await Promise.all(gone.map((change) => this.db.delete("changes", change.seq)));
    await this.reload();
    this.send();
  }

  /** Sends now what waits (page shown, network back), without waiting for the next retry. */
  send(): void {
    clearTimeout(this.retryTimer);
    if (this.sending) return;
    this.sending = true;
    // Synchronously after the last change was looked for, so that none added meanwhile is left lying.
    void this.sendAll().finally(() => {
      this.sending = false;
    });
  }

  private async keep(changes: readonly NewChange[], acceptedImageId: string | null): Promise<void> {
    // In one transaction, so that an accepted mask never comes back as a half-made one after a crash.
    const transaction = this.db.transaction(["changes", "drafts", "draftParts"], "readwrite");
    const kept = transaction.objectStore("changes");
    await Promise.all([
      ...changes.map((change) => kept.add({ ...change, rejected: null })),
      acceptedImageId !== null && transaction.objectStore("drafts").delete(acceptedImageId),
      acceptedImageId !== null && transaction.objectStore("draftParts").delete(partsOf(acceptedImageId)),
      transaction.done,
    ]);
    for (const change of changes) if (acceptedImageId !== null) this.onAccepted(change);
    await this.reload();
    this.send();
  }

  private async sendAll(): Promise<void> {
    await this.reload(); // Another tab may have sent some of them.
    for (let change = this.next(); change; change = this.next()) {
      let answer: MaskOut | null;
      try {
        answer = await answeredInTime(this.sendOne(change));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.needsSignIn) return; // Who signs the person in calls `send`.
        if (error.isTemporary) {
          this.retryTimer = setTimeout(() => this.send(), this.retryMs);
          this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
          return;
        }
        await this.db.put("changes", { ...change, rejected: error.detail });
        await this.reload();
        this.onRefused(change);
        continue;
      }
      this.retryMs = FIRST_RETRY_MS;
      this.onSent(change, answer);
      await this.db.delete("changes", change.seq);
      await this.reload();
    }
  }

  /** The oldest change that may be sent: not refused, and not of a mask with a refused change before it. */
  private next(): Change | undefined {
    const blocked = new Set<string>();
    return this.changes.getState().find((change) => {
      if (change.rejected !== null) blocked.add(change.maskId);
      return !blocked.has(change.maskId);
    });
  }

  private async reload(): Promise<void> {
    this.changes.setState((await this.db.getAll("changes")) as Change[], true);
  }
}

async function answeredInTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unreachable()), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
