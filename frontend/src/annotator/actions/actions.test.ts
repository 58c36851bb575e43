import { describe, expect, it } from "vitest";
import { actionFor, actions } from "./index";
import { type KeyPress, keyText } from "./keys";

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

const idFor = (key: string, held?: Partial<KeyPress>) => actionFor(press(key, held))?.id;

describe("keys", () => {
  it("no two actions share one", () => {
    const keys = actions.flatMap((action) => action.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("undo and redo the way people know it, with Ctrl or Cmd", () => {
    expect(idFor("z", { ctrlKey: true })).toBe("undo");
    expect(idFor("z", { metaKey: true })).toBe("undo");
    expect(idFor("Z", { ctrlKey: true, shiftKey: true })).toBe("redo");
    expect(idFor("y", { ctrlKey: true })).toBe("redo");
  });

  it("letters act with Caps Lock too, and not with Ctrl, Alt or Shift", () => {
    expect(idFor("B")).toBe("tool-brush");
    expect(idFor("b", { ctrlKey: true })).toBeUndefined();
    expect(idFor("d", { ctrlKey: true })).toBeUndefined();
    expect(idFor("f", { altKey: true })).toBeUndefined();
    expect(idFor("F", { shiftKey: true })).toBeUndefined();
  });

  it("signs act however the keyboard makes them", () => {
    expect(idFor("?", { shiftKey: true })).toBe("help");
    expect(idFor("+", { shiftKey: true })).toBe("zoom-in");
    expect(idFor("=")).toBe("zoom-in");
    expect(idFor("0")).toBe("fit");
  });

  it("Alt and a number give a label, whatever sign the keyboard makes of it", () => {
    expect(idFor("1", { altKey: true })).toBe("label-1");
    expect(idFor("¡", { altKey: true, code: "Digit1" })).toBe("label-1");
    expect(idFor("0", { altKey: true })).toBe("label-none");
    expect(idFor("1")).toBe("one-to-one");
  });

  it("are written for people", () => {
    expect(keyText("mod+shift+z", false)).toBe("Ctrl Shift Z");
    expect(keyText("mod+ArrowLeft", true)).toBe("⌘ ←");
    expect(keyText("Escape", false)).toBe("Esc");
    expect(keyText("+", false)).toBe("+");
  });
});
