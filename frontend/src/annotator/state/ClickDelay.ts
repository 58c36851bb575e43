export const CLICK_TO_MASK = "maskloop:click-to-mask";

interface Answered {
  askedAt: number;
  answeredAt: number;
  drawnAt: number;
  runMs: number;
}

/**
 * Measures from the pointer's event to the frame that shows the answer to it; on the way, until the decoder has answered
 * and until the mask is on the canvas.
 */
export class ClickDelay {
  private readonly askedAt = new Map<number, number>();
  private unpainted: Answered | null = null;

  /** `eventTime` is the event's own time stamp. */
  asked(askId: number, eventTime: number): void {
    this.askedAt.set(askId, eventTime);
  }

  answered(askId: number, runMs: number, isShown: boolean): void {
    const askedAt = this.askedAt.get(askId);
    const now = performance.now();
    if (isShown && askedAt !== undefined) this.unpainted = { askedAt, answeredAt: now, drawnAt: now, runMs };
    this.askedAt.delete(askId);
  }

  /** The canvas has what it was told to draw. */
  drawn(): void {
    if (this.unpainted) this.unpainted.drawnAt = performance.now();
  }

  /** So does the screen. Returns what it took, or null when that was no answer. */
  painted(): number | null {
    if (!this.unpainted) return null;
    const { askedAt, answeredAt, drawnAt, runMs } = this.unpainted;
    this.unpainted = null;
    const { duration } = performance.measure(CLICK_TO_MASK, {
      start: askedAt,
      end: performance.now(),
      detail: { runMs, answeredMs: answeredAt - askedAt, drawnMs: drawnAt - askedAt },
    });
    return duration;
  }

  clear(): void {
    this.askedAt.clear();
  }
}
