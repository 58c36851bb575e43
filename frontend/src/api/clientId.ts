const KEY = "maskloop-client";

/** The id under which this browser has images and decides about them: made once, kept until accounts replace it. */
export function clientId(): string {
  const kept = localStorage.getItem(KEY);
  if (kept) return kept;
  const made = crypto.randomUUID();
  localStorage.setItem(KEY, made);
  return made;
}
