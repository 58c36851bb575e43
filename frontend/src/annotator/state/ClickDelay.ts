export const CLICK_TO_MASK = "maskloop:click-to-mask";

/** Measures from the pointer's event to the frame that shows the answer to it. */
export class ClickDelay {
  private readonly askedAt = new Map<number, number>();
  private unpainted: { askedAt: number; runMs: number } | null = null;

  /** `eventTime` is the event's own time stamp. */
  asked(askId: number, eventTime: number): void {
    this.askedAt.set(askId, eventTime);
  }

  answered(askId: number, runMs: number, isShown: boolean): void {
    const askedAt = this.askedAt.get(askId);
    if (isShown && askedAt !== undefined) this.unpainted = { askedAt, runMs };
    this.askedAt.delete(askId);
  }

  /** The canvas has drawn what it was told to. Returns what it took, or null when that was no answer. */
  painted(): number | null {
    if (!this.unpainted) return null;
    const { askedAt, runMs } = this.unpainted;
    this.unpainted = null;
    const { duration } = performance.measure(CLICK_TO_MASK, {
      start: askedAt,
      end: performance.now(),
      detail: { runMs },
    });
    return duration;
  }

  clear(): void {
    this.askedAt.clear();
  }
}
