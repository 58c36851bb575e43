import { create } from "zustand";

/** Images that left what the person may see while the page was open: finished by somebody else, or given to them. */
export const useGone = create<{ ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));

export function noteGone(imageId: string, isGone: boolean): void {
  useGone.setState(({ ids }) => {
    if (ids.has(imageId) === isGone) return { ids };
    const after = new Set(ids);
    if (isGone) after.add(imageId);
    else after.delete(imageId);
    return { ids: after };
  });
}
