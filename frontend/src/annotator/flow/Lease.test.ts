import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, unreachable } from "../../api/errors";
import { Lease } from "./Lease";

const SECONDS = 300;
const RENEWAL_MS = 60_000;
const inUse = () => Promise.reject(new ApiError(409, "image_in_use", "Somebody else works on it."));

let takeLease = vi.fn();
let giveBackLease = vi.fn();
let isHidden = false;
let lease: Lease;
let taken: string[] = [];

const kind = () => lease.store.getState().kind;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  takeLease = vi.fn(async (id: string) => ({ image_id: id, until: "", seconds: SECONDS }));
  giveBackLease = vi.fn(async () => {});
  isHidden = false;
  lease = new Lease({ takeLease, giveBackLease }, () => isHidden);
  taken = [];
  lease.onTaken = (id) => taken.push(id);
});

afterEach(() => {
  lease.leave();
  vi.useRealTimers();
});

describe("a lease", () => {
  it("is taken on entering, renewed every minute while the person is active, and given back on leaving", async () => {
    lease.enter("a");
    await pass(0);
    expect(takeLease).toHaveBeenCalledTimes(1);
    for (let minute = 0; minute < 8; minute++) {
      lease.noteInput();
      await pass(RENEWAL_MS);
    }
    expect(takeLease).toHaveBeenCalledTimes(9);
    expect(taken).toEqual(["a"]); // once, however often it is renewed
    lease.leave();
    expect(giveBackLease).toHaveBeenCalledExactlyOnceWith("a");
    await pass(10 * RENEWAL_MS);
    expect(takeLease).toHaveBeenCalledTimes(9);
  });

  it("is not renewed without input, nor while the tab is hidden", async () => {
    lease.enter("a");
    await pass(20 * RENEWAL_MS);
    const calls = takeLease.mock.calls.length;
    expect(calls).toBeLessThanOrEqual(5);
    isHidden = true;
    lease.noteInput();
    await pass(RENEWAL_MS);
    expect(takeLease).toHaveBeenCalledTimes(calls);
    isHidden = false;
    await pass(1_000);
    expect(takeLease).toHaveBeenCalledTimes(calls + 1);
    expect(taken).toEqual(["a", "a"]); // it was over meanwhile: the masks may be others
  });

  it("of somebody else is waited for only when the person wants that", async () => {
    takeLease.mockImplementation(inUse);
    lease.enter("a");
    await pass(0);
    expect(lease.store.getState()).toMatchObject({ kind: "theirs", lost: false, waiting: false });
    lease.noteInput();
    await pass(RENEWAL_MS);
    expect(takeLease).toHaveBeenCalledTimes(1);
    lease.noteHolder(false);
    expect(lease.store.getState()).toMatchObject({ kind: "theirs", free: true });

    lease.wait();
    await pass(RENEWAL_MS);
    expect(lease.store.getState()).toMatchObject({ kind: "theirs", waiting: true, free: false });
    takeLease.mockImplementation(async () => ({ seconds: SECONDS }));
    lease.noteHolder(false);
    await pass(0);
    expect(kind()).toBe("ours");
  });

  it("that was taken away is lost: at the next renewal, or when the event says so", async () => {
    for (const notice of [() => pass(RENEWAL_MS), async () => lease.noteHolder(true)]) {
      takeLease.mockImplementation(async () => ({ seconds: SECONDS }));
      lease.enter("a");
      await pass(0);
      takeLease.mockImplementation(inUse);
      await notice();
      await pass(0);
      expect(lease.store.getState()).toMatchObject({ kind: "theirs", lost: true });
      lease.leave();
      expect(kind()).toBe("ours");
    }
  });

  it("stays while the server is away, and is asked for when it is back", async () => {
    lease.enter("a");
    await pass(0);
    takeLease.mockImplementation(() => Promise.reject(unreachable()));
    lease.noteInput();
    await pass(RENEWAL_MS);
    expect(kind()).toBe("ours");
    takeLease.mockImplementation(inUse);
    lease.askAgain();
    await pass(0);
    expect(kind()).toBe("theirs");
  });

  it("an answer about the image before says nothing about this one", async () => {
    let refuse: (error: ApiError) => void = () => {};
    takeLease.mockImplementationOnce(() => new Promise((_, reject) => (refuse = reject)));
    lease.enter("a");
    lease.enter("b");
    await pass(0);
    refuse(new ApiError(409, "image_in_use", ""));
    await pass(0);
    expect(kind()).toBe("ours");
    expect(giveBackLease).toHaveBeenCalledExactlyOnceWith("a");
    expect(takeLease.mock.calls.map(([id]) => id)).toEqual(["a", "b"]);
  });
});
