import { useCallback, useMemo, useState } from "react";
import type { ImageOut } from "../../api/types";

export interface Selection {
  ids: ReadonlySet<string>;
  /** Chooses an image or lets it go; `through`: with all between it and the one before. */
  toggle: (imageId: string, through: boolean) => void;
  selectAll: () => void;
  clear: () => void;
}

/** The chosen images among those that are shown. What is filtered away is not chosen any more. */
export function useSelection(shown: readonly ImageOut[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string | null>(null);

  const ids = useMemo(
    () => new Set(shown.filter((image) => chosen.has(image.id)).map((image) => image.id)),
    [shown, chosen],
  );
  const toggle = useCallback(
    (imageId: string, through: boolean) => {
      setChosen((before) => toggled(shown, before, imageId, through ? last : null));
      setLast(imageId);
    },
    [shown, last],
  );
  const selectAll = useCallback(() => setChosen(new Set(shown.map((image) => image.id))), [shown]);
  const clear = useCallback(() => setChosen(new Set()), []);
  return { ids, toggle, selectAll, clear };
}

/** With `from`, the whole stretch gets the state that the image at its end takes. */
export function toggled(
  shown: readonly Pick<ImageOut, "id">[],
  before: ReadonlySet<string>,
  imageId: string,
  from: string | null,
): ReadonlySet<string> {
  const after = new Set(before);
  const start = from === null ? -1 : shown.findIndex(({ id }) => id === from);
  const end = shown.findIndex(({ id }) => id === imageId);
  const stretch =
    start < 0 ? [imageId] : shown.slice(Math.min(start, end), Math.max(start, end) + 1).map(({ id }) => id);
  const isChosen = !before.has(imageId);
  for (const id of stretch) {
    if (isChosen) after.add(id);
    else after.delete(id);
  }
  return after;
}
