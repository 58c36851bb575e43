import type { InfiniteData } from "@tanstack/react-query";
import type { ImageOut, ImagePage, Summary, TrainingRunOut } from "./types";

export type Pages<Page> = InfiniteData<Page, string | null>;
export type ImagePages = Pages<ImagePage>;

/** Puts changed images in their places; new ones go to the end once the last page is there. */
export function withImages(data: ImagePages, changed: ImageOut[]): ImagePages {
  const waiting = new Map(changed.map((image) => [image.id, image]));
  const pages = data.pages.map((page) => {
    if (!page.items.some((image) => waiting.has(image.id))) return page;
    const items = page.items.map((image) => {
      const update = waiting.get(image.id);
      waiting.delete(image.id);
      return update ?? image;
    });
    return { ...page, items };
  });
  const last = pages.at(-1);
  // Not at the end yet: the new ones come with the pages still to be fetched.
  if (last && last.next === null && waiting.size > 0) {
    pages[pages.length - 1] = { ...last, items: [...last.items, ...waiting.values()] };
  }
  return { ...data, pages };
}

/** Takes an image out that is no longer the person's to see. */
export function withoutImage(data: ImagePages, imageId: string): ImagePages {
  const pages = data.pages.map((page) => ({
    ...page,
    items: page.items.filter((image) => image.id !== imageId),
  }));
  return { ...data, pages };
}

/** The newest summary stands on the first page, where the list request puts it. */
export function withSummary(data: ImagePages, summary: Summary): ImagePages {
  const [first, ...rest] = data.pages;
  return first ? { ...data, pages: [{ ...first, summary }, ...rest] } : data;
}

/** Puts a changed run in its place; a new one goes to the beginning, where the newest are. */
export function withRun(runs: TrainingRunOut[], changed: TrainingRunOut): TrainingRunOut[] {
  const isKnown = runs.some(({ id }) => id === changed.id);
  return isKnown ? runs.map((run) => (run.id === changed.id ? changed : run)) : [changed, ...runs];
}

interface Listed<T> {
  items: T[];
  next: string | null;
}

/** Puts a changed item of a list with the newest first in its place; a new one goes to the beginning. */
export function withNewest<T extends { id: string; created_at: string }, P extends Listed<T>>(
  data: Pages<P>,
  changed: T,
): Pages<P> {
  const isKnown = data.pages.some(({ items }) => items.some(({ id }) => id === changed.id));
  const newest = data.pages[0]?.items[0];
  // What is older than all that is known comes with a page still to be fetched.
  const isNew = !isKnown && (newest === undefined || changed.created_at >= newest.created_at);
  const pages = data.pages.map((page, index) => ({
    ...page,
    items: [
      ...(isNew && index === 0 ? [changed] : []),
      ...page.items.map((item) => (item.id === changed.id ? changed : item)),
    ],
  }));
  return { ...data, pages };
}

/** A list without an item that was deleted. */
export function withoutItem<T extends { id: string }, P extends Listed<T>>(
  data: Pages<P>,
  id: string,
): Pages<P> {
  const pages = data.pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) }));
  return { ...data, pages };
}
