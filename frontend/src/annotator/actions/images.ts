import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import type { Action, ActionContext } from "./action";

function openNeighbour(
  which: "previous_id" | "next_id",
  none: string,
  about: Pick<Action, "id" | "label" | "keys" | "icon">,
): Action {
  const target = ({ neighbours }: ActionContext) => neighbours?.[which] ?? null;
  return {
    ...about,
    group: "Images",
    can: (context) => {
      if (context.annotator.state.stroking) return "Finish the stroke first.";
      return target(context) ? true : none;
    },
    perform: (context) => {
      const imageId = target(context);
      if (imageId) context.openImage(imageId);
    },
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
