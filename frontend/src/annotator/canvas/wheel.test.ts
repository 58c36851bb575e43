import { describe, expect, it } from "vitest";
import { type Wheel, wheelMeaning, wheelRun } from "./wheel";

function wheel(given: Partial<Wheel>): Wheel {
  return { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, shiftKey: false, timeStamp: 0, ...given };
}

const device = (given: Partial<Wheel>) => wheelRun(null, wheel(given)).device;
const NOTHING = { ctrl: false, brush: false };

describe("which device turned", () => {
  it("a mouse's wheel, as browsers and systems report it", () => {
    expect(device({ deltaY: 120, wheelDeltaY: -120 })).toBe("wheel"); // Chromium on Linux
    expect(device({ deltaY: -100, wheelDeltaY: 120 })).toBe("wheel"); // Chromium on Windows
    expect(device({ deltaY: 83.33, wheelDeltaY: -120 })).toBe("wheel"); // with the page zoomed
    expect(device({ deltaY: -4.000244140625, wheelDeltaY: 12 })).toBe("wheel"); // Chromium on macOS, turned slowly
    expect(device({ deltaY: 3, deltaMode: 1 })).toBe("wheel"); // Firefox: lines
    expect(device({ deltaX: 100, shiftKey: true })).toBe("wheel");
    expect(device({ deltaY: 100 })).toBe("wheel");
  });

  it("two fingers on a trackpad", () => {
    expect(device({ deltaY: 3, wheelDeltaY: -9 })).toBe("trackpad"); // macOS
    expect(device({ deltaY: -14.4, wheelDeltaY: 33 })).toBe("trackpad"); // Linux
    expect(device({ deltaX: -2, deltaY: 130, wheelDeltaY: -390 })).toBe("trackpad");
  });

  it("a movement stays with its device, until it goes sideways or pauses", () => {
    const fling = wheelRun(null, wheel({ deltaY: 7, wheelDeltaY: -21, timeStamp: 0 }));
    // As large as notches: the fingers are fast.
    const fast = wheelRun(fling, wheel({ deltaY: 80, wheelDeltaY: -240, timeStamp: 16 }));
    expect(fast.device).toBe("trackpad");
    expect(wheelRun(fast, wheel({ deltaY: 80, wheelDeltaY: -240, timeStamp: 400 })).device).toBe("wheel");
    const mistaken = wheelRun(null, wheel({ deltaY: 80, wheelDeltaY: -240 }));
    expect(wheelRun(mistaken, wheel({ deltaX: 4, deltaY: 60, timeStamp: 16 })).device).toBe("trackpad");
  });
});

describe("what turning means", () => {
  const turn = wheel({ deltaY: 100 });

  it("a wheel zooms, two fingers move, unless the person has chosen one for both", () => {
    expect(wheelMeaning(turn, "wheel", NOTHING, "auto")).toBe("zoom");
    expect(wheelMeaning(turn, "trackpad", NOTHING, "auto")).toBe("move");
    expect(wheelMeaning(turn, "trackpad", NOTHING, "zoom")).toBe("zoom");
    expect(wheelMeaning(turn, "wheel", NOTHING, "move")).toBe("move");
  });

  it("a pinch zooms with every tool; Ctrl held down changes the brush", () => {
    const withCtrl = { ...turn, ctrlKey: true };
    expect(wheelMeaning(withCtrl, "trackpad", { ctrl: false, brush: true }, "auto")).toBe("pinch");
    expect(wheelMeaning(withCtrl, "wheel", { ctrl: true, brush: true }, "auto")).toBe("brush");
    expect(wheelMeaning(withCtrl, "wheel", { ctrl: true, brush: false }, "move")).toBe("zoom");
  });
});
