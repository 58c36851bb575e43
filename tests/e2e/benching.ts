import type { CDPSession, Page } from "@playwright/test";

/** Moves of a mouse that a person uses; a frame takes the moves since the one before together. */
const MOVES_PER_S = 125;

export interface Place {
  x: number;
  y: number;
}

/** The page's frames: seconds at which each began, and what the page's main thread computed for each. */
export interface Frames {
  begunAt: number[];
  work: { at: number; ms: number }[];
}

// What DevTools' performance panel records too, without its stacks and pictures.
const TRACED = ["-*", "disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.frame"];

/** The page's frames while something is done. */
export async function framesDuring(page: Page, doing: () => Promise<void>): Promise<Frames> {
  const browser = page.context().browser();
  if (!browser) throw new Error("the page has no browser of its own");
  const recorder = await page.evaluateHandle(() => {
    const begun: number[] = [];
    const note = (at: number) => {
      begun.push(at / 1000);
      next = requestAnimationFrame(note);
    };
    let next = requestAnimationFrame(note);
    return {
      stop: () => {
        cancelAnimationFrame(next);
        return begun;
      },
    };
  });
  await browser.startTracing(page, { categories: TRACED });
  await doing();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const begunAt = await recorder.evaluate((running) => running.stop());
  await recorder.dispose();
  return { begunAt, work: workOf(trace.traceEvents) };
}

/** `ts`, `dur`: when it began and how long it took, in microseconds; `tdur`: how long its thread had a core. */
interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
}

/** Sums up the main thread's tasks from the beginning of one frame to that of the next. */
function workOf(events: TraceEvent[]): Frames["work"] {
  const begins = events.filter(({ name }) => name === "BeginMainThreadFrame");
  const { pid, tid } = begins[begins.length >> 1] as TraceEvent;
  // In the order of their ends: the task in which a frame begins belongs to that frame.
  const own = events
    .filter((event) => event.pid === pid && event.tid === tid)
    .sort((a, b) => a.ts + (a.dur ?? 0) - b.ts - (b.dur ?? 0));
  const work: Frames["work"] = [];
  for (const { name, ts, tdur } of own) {
    const frame = work.at(-1);
    if (name === "BeginMainThreadFrame") work.push({ at: ts / 1e6, ms: 0 });
    else if (name === "RunTask" && frame) frame.ms += (tdur ?? 0) / 1000;
  }
  return work;
}

/** The frames that began in a part of the recorded time, in seconds from its beginning. */
export function partOf({ begunAt, work }: Frames, from: number, to: number): Frames {
  const within = (at: number, start: number | undefined) =>
    at - (start ?? 0) >= from && at - (start ?? 0) < to;
  return {
    begunAt: begunAt.filter((at) => within(at, begunAt[0])),
    work: work.filter(({ at }) => within(at, work[0]?.at)),
  };
}

/** Moves the mouse along a path for some seconds, whether the page keeps up or not. */
export async function moveMouse(
  page: Page,
  seconds: number,
  pathAt: (seconds: number) => Place,
  button: "none" | "left" | "middle" = "none",
): Promise<void> {
  const buttons = { none: 0, left: 1, middle: 4 }[button];
  await inRhythm(page, seconds, MOVES_PER_S, (session, at) =>
    session.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...pathAt(at), button, buttons }),
  );
}

/** Turns the wheel at a place for some seconds. */
export async function turnWheel(
  page: Page,
  seconds: number,
  place: Place,
  deltaAt: (seconds: number) => number,
): Promise<void> {
  await inRhythm(page, seconds, MOVES_PER_S / 2, (session, at) =>
    session.send("Input.dispatchMouseEvent", {
      type: "mouseWheel",
      ...place,
      deltaX: 0,
      deltaY: deltaAt(at),
    }),
  );
}

async function inRhythm(
  page: Page,
  seconds: number,
  perSecond: number,
  send: (session: CDPSession, at: number) => Promise<unknown>,
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const sent: Promise<unknown>[] = [];
  const start = performance.now();
  for (let i = 0; i < seconds * perSecond; i++) {
    const wait = start + (1000 * i) / perSecond - performance.now();
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    // Not waited for: a hand does not wait for the page either.
    sent.push(send(session, i / perSecond));
  }
  await Promise.all(sent);
  await session.detach();
}

export interface FrameSummary {
  frames_per_s: number;
  interval_median_ms: number;
  interval_p95_ms: number;
  work_median_ms: number;
  work_p95_ms: number;
}

export function frameSummary({ begunAt, work }: Frames): FrameSummary {
  const intervals = begunAt.slice(1).map((at, i) => 1000 * (at - (begunAt[i] as number)));
  const works = work.map(({ ms }) => ms);
  return {
    frames_per_s: rounded(1000 / mean(intervals)),
    interval_median_ms: quantile(intervals, 0.5),
    interval_p95_ms: quantile(intervals, 0.95),
    work_median_ms: quantile(works, 0.5),
    work_p95_ms: quantile(works, 0.95),
  };
}

export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return rounded(sorted[Math.ceil(share * sorted.length) - 1] as number);
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function rounded(value: number): number {
  return Number(value.toFixed(1));
}
