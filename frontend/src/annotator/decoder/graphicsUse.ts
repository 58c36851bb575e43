import type { GraphicsUse } from "./protocol";

const KEY = "maskloop.graphics";
const CHOICES: readonly string[] = ["auto", "always", "never"] satisfies GraphicsUse[];

/** What was chosen on this computer, whatever image or project it was for. */
export function readGraphicsUse(): GraphicsUse {
  const kept = localStorage.getItem(KEY);
  return kept && CHOICES.includes(kept) ? (kept as GraphicsUse) : "auto";
}

export function keepGraphicsUse(use: GraphicsUse): void {
  localStorage.setItem(KEY, use);
}
