export interface Order<Key extends string> {
  by: Key;
  isDescending: boolean;
}

/** Asking for the same column again turns its order; another one begins as it is read most, names from A on. */
export function reordered<Key extends string>(order: Order<Key>, by: Key): Order<Key> {
  return { by, isDescending: order.by === by ? !order.isDescending : by !== "name" };
}

/** By a figure or a name; those of whom it is not known come last, either way. */
export function sorted<T>(
  items: readonly T[],
  of: (item: T) => number | string | null,
  isDescending: boolean,
): T[] {
  return [...items].sort((one, other) => {
    const [a, b] = [of(one), of(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return isDescending ? -order : order;
  });
}
