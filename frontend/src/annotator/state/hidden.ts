const KEY = "maskloop.hidden.";

/** Which of an image's masks the person has hidden. A matter of this visit: kept over a reload, not for good. */
export function readHidden(imageId: string): ReadonlySet<string> {
  const kept: unknown = JSON.parse(sessionStorage.getItem(KEY + imageId) ?? "[]");
  return new Set(Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : []);
}

export function keepHidden(imageId: string, hidden: ReadonlySet<string>): void {
  if (hidden.size === 0) sessionStorage.removeItem(KEY + imageId);
  else sessionStorage.setItem(KEY + imageId, JSON.stringify([...hidden]));
}
