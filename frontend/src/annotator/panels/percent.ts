/** A predicted IoU for people. */
export function percent(predictedIou: number): string {
  return `${Math.round(100 * Math.min(1, Math.max(0, predictedIou)))} %`;
}
