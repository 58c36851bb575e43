import type { InfiniteData } from "@tanstack/react-query";
import type { ImageOut, ImagePage, Summary } from "./types";

export type ImagePages = InfiniteData<ImagePage, string | null>;

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
