export interface Figures {
  /** Median milliseconds of each case, and the public layout's over it. */
  cases: Record<string, { median_ms: number; p95_ms: number; ratio: number }>;
  session_ms: number;
  /** Of the project's low-resolution logits with the public layout's. */
  agreement: { iou: number; largest_difference: number };
}
