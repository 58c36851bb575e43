import { describe, expect, it } from "vitest";
import { actionFor, actions } from "./index";
import { DEFAULT_KEYMAP } from "./keymap";
import { type KeyPress, keysFrom, keyText, meanings, sameKeys } from "./keys";

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

const matches = (keys: string, made: KeyPress) => meanings(made).some((pressed) => sameKeys(keys, pressed));
const idFor = (key: string, held?: Partial<KeyPress>) => actionFor(press(key, held), DEFAULT_KEYMAP)?.id;

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
    // AltGr on Windows, Option on a Mac.
    expect(idFor("[", { ctrlKey: true, altKey: true, code: "Digit8" })).toBe("smaller-brush");
    expect(idFor("[", { altKey: true, code: "Digit5" })).toBe("smaller-brush");
  });

  it("with Alt act by the key on the keyboard, whatever sign it makes", () => {
    expect(matches("alt+1", press("1", { altKey: true, code: "Digit1" }))).toBe(true);
    expect(matches("alt+1", press("¡", { altKey: true, code: "Digit1" }))).toBe(true);
    expect(matches("alt+1", press("1", { code: "Digit1" }))).toBe(false);
    expect(matches("1", press("1", { altKey: true, code: "Digit1" }))).toBe(false);
  });

  it("with names tell Shift apart", () => {
    expect(matches("Tab", press("Tab", { shiftKey: true }))).toBe(false);
    expect(matches("shift+Tab", press("Tab", { shiftKey: true }))).toBe(true);
  });

  it("Space acts as it is and with Shift", () => {
    expect(idFor(" ")).toBe("cursor-press");
    expect(idFor(" ", { shiftKey: true })).toBe("cursor-press-opposite");
    expect(keyText("shift+ ", false)).toBe("Shift Space");
  });

  it("are read from a press as they are kept, and match that press again", () => {
    for (const [keys, made] of [
      ["x", press("X")],
      ["mod+shift+x", press("X", { metaKey: true, shiftKey: true })],
      ["?", press("?", { shiftKey: true })],
      ["mod++", press("+", { ctrlKey: true })],
      ["alt+2", press("™", { altKey: true, code: "Digit2" })],
      ["alt+shift+k", press("K", { altKey: true, shiftKey: true, code: "KeyK" })],
      ["shift+ ", press(" ", { shiftKey: true })],
      ["F2", press("F2")],
    ] as const) {
      expect(keysFrom(made)).toBe(keys);
      expect(matches(keys, made)).toBe(true);
    }
    expect(keysFrom(press("Shift", { shiftKey: true }))).toBeNull();
    expect(keysFrom(press("Control", { ctrlKey: true }))).toBeNull();
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
    expect(keyText("mod++", false)).toBe("Ctrl +");
    expect(keyText("alt+1", false)).toBe("Alt 1");
  });
});
