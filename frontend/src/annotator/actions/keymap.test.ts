import { describe, expect, it } from "vitest";
import { actionFor, actions } from "./index";
import { DEFAULT_KEYMAP, firstKeyText, keysOf, ownerOf, parseKeymap, withKeys, withoutKeys } from "./keymap";
import { accept, cancel } from "./mask";
import { brushTool, eraserTool } from "./tools";

const press = (key: string) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false });

describe("chosen keys", () => {
  it("take the place of the action's own", () => {
    const keymap = withKeys(DEFAULT_KEYMAP, actions, brushTool, "b", "x");
    expect(keysOf(brushTool, keymap)).toEqual(["x"]);
    expect(actionFor(press("x"), keymap)).toBe(brushTool);
    expect(actionFor(press("b"), keymap)).toBeUndefined();
  });

  it("keep their place among several, or come last when added", () => {
    expect(keysOf(accept, withKeys(DEFAULT_KEYMAP, actions, accept, "Enter", "x"))).toEqual(["x", "f"]);
    expect(keysOf(accept, withKeys(DEFAULT_KEYMAP, actions, accept, null, "x"))).toEqual(["Enter", "f", "x"]);
    expect(keysOf(accept, withKeys(DEFAULT_KEYMAP, actions, accept, "Enter", "f"))).toEqual(["f"]);
  });

  it("that another action has are named, and taken from it", () => {
    expect(ownerOf("e", brushTool, actions, DEFAULT_KEYMAP)).toBe(eraserTool);
    expect(ownerOf("b", brushTool, actions, DEFAULT_KEYMAP)).toBeUndefined();
    const keymap = withKeys(DEFAULT_KEYMAP, actions, brushTool, "b", "e");
    expect(actionFor(press("e"), keymap)).toBe(brushTool);
    expect(keysOf(eraserTool, keymap)).toEqual([]);
    expect(firstKeyText(eraserTool, keymap)).toBeNull();
    const swapped = withKeys(keymap, actions, eraserTool, null, "b");
    expect(actionFor(press("b"), swapped)).toBe(eraserTool);
  });

  it("are kept only where they differ from the action's own", () => {
    const changed = withKeys(DEFAULT_KEYMAP, actions, cancel, "Escape", "F8");
    expect(changed).toEqual({ cancel: ["F8"] });
    expect(withKeys(changed, actions, cancel, "F8", "Escape")).toEqual({});
    expect(withoutKeys(DEFAULT_KEYMAP, accept, "f")).toEqual({ accept: ["Enter"] });
  });

  it("come back after being kept; what makes no sense is left out", () => {
    const kept = { accept: ["x"], "tool-brush": [], gone: ["F8"], cancel: "Escape", undo: [7] };
    expect(parseKeymap(JSON.stringify(kept), actions)).toEqual({ accept: ["x"], "tool-brush": [] });
    for (const text of [null, "", "{", "null", "3"]) expect(parseKeymap(text, actions)).toEqual({});
  });
});
