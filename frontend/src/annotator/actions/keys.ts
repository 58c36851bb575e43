/**
 * Keys as texts such as `b`, `Enter`, `mod+shift+z`, `alt+1`. `mod` is Ctrl, or Cmd on a Mac. Shift is named for
 * letters, Space and keys with a name only: `?` is `?` however the keyboard makes it.
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

/** Keys that only change what others do. */
const HELD_KEYS = ["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process"];

/** The keys of a press as a text to keep; null for those that only change what others do. */
export function keysFrom(press: KeyPress): string | null {
  if (HELD_KEYS.includes(press.key)) return null;
  return meanings(press).at(-1) ?? null;
}

/** Whether two texts mean the same keys. */
export function sameKeys(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

/** Keys for people: `Ctrl Shift Z`. */
export function keyText(keys: string, isMac = /Mac/.test(navigator.platform)): string {
  const names: Record<string, string> = {
    mod: isMac ? "⌘" : "Ctrl",
    alt: isMac ? "⌥" : "Alt",
    shift: "Shift",
    " ": "Space",
    Escape: "Esc",
    ArrowLeft: "←",
    ArrowRight: "→",
    ArrowUp: "↑",
    ArrowDown: "↓",
  };
  return partsOf(keys)
    .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(" ");
}

/** Keys as the aria-keyshortcuts attribute wants them. */
export function ariaKeys(keys: string): string {
  const names: Record<string, string> = {
    mod: "Control",
    alt: "Alt",
    shift: "Shift",
    "+": "Plus",
    " ": "Space",
  };
  return partsOf(keys)
    .map((part) => names[part] ?? part)
    .join("+");
}

/** Whether keys belong to what has the focus: a text field, a list of choices, an open menu, a slider. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest("input, textarea, select, [role=menu], [role=slider], [role=textbox]") !== null)
  );
}

/** Enter and Space press the button or follow the link that has the focus; Tab goes on to the next. */
export function pressesFocused(press: KeyPress, target: EventTarget | null): boolean {
  return (
    ["Enter", " ", "Tab"].includes(press.key) &&
    target instanceof HTMLElement &&
    target.closest("button, a, summary, [role=button]") !== null
  );
}

/**
 * What a press can mean, the likeliest first. Some keyboards make signs with Alt, or with Ctrl and Alt as AltGr:
 * then the sign is meant, or else the key with Alt.
 */
export function meanings(press: KeyPress): string[] {
  const { key, code, altKey, shiftKey } = press;
  const mod = press.ctrlKey || press.metaKey;
  if (!altKey) return [joined({ mod, alt: false, shift: shiftKey, key })];
  const isSign = key.length === 1 && !/[\p{L}\p{N} ]/u.test(key);
  const sign = isSign ? [joined({ mod: false, alt: false, shift: false, key })] : [];
  const onKeyboard = /^(?:Key|Digit)(.)$/.exec(code ?? "")?.[1] ?? key;
  return [...sign, joined({ mod, alt: true, shift: shiftKey, key: onKeyboard })];
}

function canonical(keys: string): string {
  const parts = partsOf(keys);
  const [mod, alt, shift] = ["mod", "alt", "shift"].map((name) => parts.slice(0, -1).includes(name));
  return joined({ mod, alt, shift, key: parts.at(-1) as string });
}

function joined({
  mod,
  alt,
  shift,
  key,
}: {
  mod?: boolean;
  alt?: boolean;
  shift?: boolean;
  key: string;
}): string {
  // Shift makes another sign of all others, and which one depends on the keyboard.
  const hasShift = shift && (/^[a-z ]$/i.test(key) || key.length > 1 || alt);
  const parts = [mod && "mod", alt && "alt", hasShift && "shift", key.length === 1 ? key.toLowerCase() : key];
  return parts.filter(Boolean).join("+");
}

function partsOf(keys: string): string[] {
  if (keys === "+") return ["+"];
  return keys.endsWith("++") ? [...keys.slice(0, -2).split("+"), "+"] : keys.split("+");
}
