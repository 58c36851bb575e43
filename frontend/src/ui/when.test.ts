import { expect, it } from "vitest";
import { agoText, forText, untilText } from "./when";

const NOW = Date.parse("2026-03-20T12:00:00Z");
const text = (time: string) => agoText(time, NOW);

it("says how long ago something was, in the words that people use", () => {
  expect(text("2026-03-20T11:59:30Z")).toBe("just now");
  expect(text("2026-03-20T12:00:05Z")).toBe("just now"); // the server's clock is a little ahead
  expect(text("2026-03-20T11:55:00Z")).toBe("5 min ago");
  expect(text("2026-03-20T09:00:00Z")).toBe("3 h ago");
  expect(text("2026-03-19T11:00:00Z")).toBe("yesterday");
  expect(text("2026-03-10T12:00:00Z")).toBe("10 days ago");
  expect(text("2026-01-05T12:00:00Z")).toBe("5 Jan 2026");
});

it("says how long something is still good", () => {
  expect(untilText("2026-03-20T12:20:00Z", NOW)).toBe("for 20 min");
  expect(untilText("2026-03-21T11:59:00Z", NOW)).toBe("for 24 h");
  expect(untilText("2026-03-27T11:59:00Z", NOW)).toBe("for 7 days");
  expect(untilText("2026-06-01T12:00:00Z", NOW)).toBe("until 1 Jun 2026");
  expect(untilText("2026-03-20T11:59:00Z", NOW)).toBe("over");
});

it("says how long something has lasted", () => {
  expect(forText("2026-03-20T11:59:48Z", NOW)).toBe("12 s");
  expect(forText("2026-03-20T12:00:05Z", NOW)).toBe("0 s"); // the server's clock is a little ahead
  expect(forText("2026-03-20T11:55:00Z", NOW)).toBe("5 min");
  expect(forText("2026-03-20T10:40:00Z", NOW)).toBe("1 h 20 min");
});
