import type { Decoded } from "../decoder/protocol";

export const CLICK_TO_MASK = "maskloop:click-to-mask";

/** Measures from the pointer's event to the frame that shows the answer. */
export class ClickDelay {
  private readonly clickedAt = new Map<number, number>();
  private unpainted: { clickedAt: number; answer: Decoded } | null = null;

  /** `eventTime` is the event's own time stamp. */
  clicked(clickId: number, eventTime: number): void {
    this.clickedAt.set(clickId, eventTime);
  }

  answered(clickId: number, answer: Decoded, isShown: boolean): void {
    const clickedAt = this.clickedAt.get(clickId);
    if (isShown && clickedAt !== undefined) this.unpainted = { clickedAt, answer };
    this.clickedAt.delete(clickId);
  }

  /** The canvas has drawn what it was told to. Returns what it took, or null when that was no answer. */
  painted(): { clickToMaskMs: number; predictedIou: number } | null {
    if (!this.unpainted) return null;
    const { clickedAt, answer } = this.unpainted;
    this.unpainted = null;
    const { duration } = performance.measure(CLICK_TO_MASK, {
      start: clickedAt,
      end: performance.now(),
      detail: { runMs: answer.runMs },
    });
    return { clickToMaskMs: duration, predictedIou: answer.predictedIou };
  }

  clear(): void {
    this.clickedAt.clear();
  }
}
