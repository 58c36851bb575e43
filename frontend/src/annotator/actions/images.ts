import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { unfinished } from "../state/store";
import type { Action } from "./action";

function openNeighbour(
  which: "previous_id" | "next_id",
  none: string,
  about: Pick<Action, "id" | "label" | "keys" | "icon">,
): Action {
  return {
    ...about,
    group: "Images",
    can: ({ annotator, neighbours }) => {
      // Not known yet is not the end: a fast second press must count as well.
      return unfinished(annotator.state) ?? (neighbours && !neighbours[which] ? none : true);
    },
    perform: ({ openNeighbour }) => openNeighbour(which),
  };
}

export const previousImage = openNeighbour("previous_id", "This is the first image.", {
  id: "previous-image",
  label: "Previous image",
  keys: ["a", "mod+ArrowLeft"],
  icon: IconChevronLeft,
});

export const nextImage = openNeighbour("next_id", "This is the last image.", {
  id: "next-image",
  label: "Next image",
  keys: ["d", "mod+ArrowRight"],
  icon: IconChevronRight,
});

export const imagesActions: readonly Action[] = [nextImage, previousImage];
