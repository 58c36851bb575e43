import { createStore, type StoreApi } from "zustand/vanilla";
import { giveBackLease, takeLease } from "../../api/calls";
import { ApiError } from "../../api/errors";

/** Whose the image at hand is. Until the server says otherwise it is this page's: nobody waits for an answer. */
export type LeaseState =
  | { kind: "ours" }
  /** `lost`: it was ours before. `free`: given back meanwhile. `waiting`: taken as soon as it is free. */
  | { kind: "theirs"; lost: boolean; free: boolean; waiting: boolean };

const OURS: LeaseState = { kind: "ours" };
const FIRST_SECONDS = 300;
const RENEWALS_PER_LEASE = 5;
const LOOKS_PER_LEASE = 30;
const TICK_MS = 500;

/**
 * The sole right to work on the image at hand: asked for on entering, renewed while the person is active, given back
 * on leaving. A server that does not answer changes nothing: work goes on, and the next answer tells whose it is.
 */
export class Lease {
  readonly store: StoreApi<LeaseState> = createStore<LeaseState>(() => OURS);
  /** It is ours, and was not a moment ago: somebody else may have changed the masks meanwhile. */
  onTaken: (imageId: string) => void = () => {};
  private imageId: string | null = null;
  private seconds = FIRST_SECONDS;
  private asking = false;
  private askedAt = 0;
  private heldSince: number | null = null;
  private inputAt = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly calls = { takeLease, giveBackLease },
    private readonly isHidden = () => document.hidden,
  ) {}

  enter(imageId: string): void {
    if (this.imageId === imageId) return;
    this.leave();
    this.imageId = imageId;
    this.store.setState(OURS, true);
    this.inputAt = performance.now();
    this.timer = setInterval(() => this.tick(), TICK_MS);
    void this.ask();
  }

  leave(): void {
    const { imageId } = this;
    if (imageId === null) return;
    clearInterval(this.timer);
    this.imageId = null;
    this.heldSince = null;
    this.asking = false;
    this.store.setState(OURS, true);
    // Given back or not: without a sign of life it is over in a few minutes.
    this.calls.giveBackLease(imageId).catch(noop);
  }

  noteInput(): void {
    this.inputAt = performance.now();
  }

  /** What the event stream says about the image at hand. `isOther`: somebody else has it. */
  noteHolder(isOther: boolean): void {
    const state = this.store.getState();
    if (state.kind === "theirs") {
      this.store.setState({ ...state, free: !isOther }, true);
      if (!isOther && state.waiting) void this.ask();
    } else if (isOther || this.isActive()) {
      void this.ask(); // the event may be older than what we know: the server decides
    }
  }

  /** Takes it now, or as soon as it is free. */
  wait(): void {
    const state = this.store.getState();
    if (state.kind === "theirs") this.store.setState({ ...state, waiting: true }, true);
    void this.ask();
  }

  /** The server answers again. */
  askAgain(): void {
    if (this.imageId !== null) void this.ask();
  }

  private tick(): void {
    const state = this.store.getState();
    const sinceAskedMs = performance.now() - this.askedAt;
    if (state.kind === "theirs") {
      if (state.waiting && sinceAskedMs >= (1000 * this.seconds) / LOOKS_PER_LEASE) void this.ask();
    } else if (this.isActive() && sinceAskedMs >= (1000 * this.seconds) / RENEWALS_PER_LEASE) {
      void this.ask();
    }
  }

  private isActive(): boolean {
    return !this.isHidden() && performance.now() - this.inputAt < 1000 * this.seconds;
  }

  private async ask(): Promise<void> {
    const { imageId } = this;
    if (imageId === null || this.asking) return;
    this.asking = true;
    this.askedAt = performance.now();
    try {
      const { seconds } = await this.calls.takeLease(imageId);
      if (this.imageId === imageId) this.noteTaken(imageId, seconds);
    } catch (error) {
      if (this.imageId === imageId) this.noteRefused(error);
    } finally {
      if (this.imageId === imageId) this.asking = false;
    }
  }

  private noteTaken(imageId: string, seconds: number): void {
    const now = performance.now();
    const wasHeld = this.heldSince !== null && now - this.heldSince < 1000 * this.seconds;
    this.seconds = seconds;
    this.heldSince = now;
    this.store.setState(OURS, true);
    if (!wasHeld) this.onTaken(imageId);
  }

  private noteRefused(error: unknown): void {
    if (!(error instanceof ApiError) || error.code !== "image_in_use") return;
    const state = this.store.getState();
    const before = state.kind === "theirs" ? state : { lost: this.heldSince !== null, waiting: false };
    this.heldSince = null;
    this.store.setState({ kind: "theirs", lost: before.lost, free: false, waiting: before.waiting }, true);
  }
}

function noop(): void {}
