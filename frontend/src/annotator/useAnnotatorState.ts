import { useStore } from "zustand";
import type { Annotator } from "./Annotator";
import type { AnnotatorState } from "./state/store";

/** A part of the annotator's state; the component renders again only when that part changes. */
export function useAnnotatorState<Part>(annotator: Annotator, select: (state: AnnotatorState) => Part): Part {
  return useStore(annotator.store, select);
}
