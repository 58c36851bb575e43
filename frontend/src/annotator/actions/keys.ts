/**
 * Keys as texts such as `b`, `Enter`, `mod+shift+z`, `alt+1`. `mod` is Ctrl, or Cmd on a Mac. Shift is named for letters
 * only: `?` is `?` however the keyboard makes it.
 */
export interface KeyPress {
  key: string;
  /** Which key it is on the keyboard: with Alt some systems make another sign of it. */
  code?: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

export function matches(keys: string, press: KeyPress): boolean {
  const parts = keys.split("+");
  const key = parts.at(-1) || "+";
  const isLetter = /^[a-z]$/i.test(key);
  return (
    (press.key.toLowerCase() === key.toLowerCase() || (press.altKey && press.code === `Digit${key}`)) &&
    (press.ctrlKey || press.metaKey) === parts.includes("mod") &&
    press.altKey === parts.includes("alt") &&
    (!isLetter || press.shiftKey === parts.includes("shift"))
  );
}

/** Keys for people: `Ctrl Shift Z`. */
export function keyText(keys: string, isMac = /Mac/.test(navigator.platform)): string {
  const names: Record<string, string> = {
    mod: isMac ? "⌘" : "Ctrl",
    alt: isMac ? "⌥" : "Alt",
    shift: "Shift",
    Escape: "Esc",
    ArrowLeft: "←",
    ArrowRight: "→",
  };
  const parts = keys === "+" ? ["+"] : keys.split("+");
  return parts.map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(" ");
}

/** Whether keys belong to what has the focus: a text field, a list of choices, a slider. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest("input, textarea, select, [role=slider], [role=textbox]") !== null)
  );
}

/** Enter and Space press the button or follow the link that has the focus. */
export function pressesFocused(press: KeyPress, target: EventTarget | null): boolean {
  return (
    (press.key === "Enter" || press.key === " ") &&
    target instanceof HTMLElement &&
    target.closest("button, a, summary, [role=button]") !== null
  );
}
