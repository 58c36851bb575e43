import type { Annotator } from "../Annotator";
import type { Pixel } from "../masks/paint";
import { NOTHING_SELECTED, nextUnder, selectOnly, toggleSelected } from "../state/selection";
import type { Tool } from "./tool";

const SAME_PLACE_CSS_PX = 5;

/** Where the last click was, so that the next one there goes on to the mask around the one it took. */
let lastPlace: Pixel | null = null;

/** A click selects the smallest saved mask under it; the opposite click adds it to the selection, or takes it out. */
export const selectTool: Tool = {
  hasRing: false,
  down(annotator, { at, opposite }) {
    const found = annotator.saved.under(Math.floor(at.x), Math.floor(at.y));
    const { selectedId } = annotator.state;
    const id = nextUnder(found, selectedId, !opposite && isNear(annotator, at));
    lastPlace = { x: at.x, y: at.y };
    if (opposite && id !== null) annotator.store.setState((state) => toggleSelected(state, id));
    else if (!opposite) annotator.store.setState(id === null ? NOTHING_SELECTED : selectOnly(id));
  },
  move() {},
  up() {},
  cancel() {},
};

function isNear(annotator: Annotator, at: Pixel): boolean {
  if (!lastPlace) return false;
  const distance = Math.hypot(at.x - lastPlace.x, at.y - lastPlace.y) * annotator.state.view.scale;
  return distance <= SAME_PLACE_CSS_PX * window.devicePixelRatio;
}
