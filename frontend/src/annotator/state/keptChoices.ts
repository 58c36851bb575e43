import { actions } from "../actions";
import { parseKeymap } from "../actions/keymap";
import { parseDisplay } from "./display";
import { parseFinish } from "./finish";
import type { AnnotatorStore } from "./store";

const DISPLAY = "maskloop.display";
const FINISH = "maskloop.finish";
const KEYS = "maskloop.keys";
const TOUR = "maskloop.tour";
const TOUR_SEEN = "seen";

/** Has the store start with what was chosen in this browser earlier, and keeps what is chosen from now on. */
export function keepChoices(store: AnnotatorStore): void {
  store.setState({
    display: parseDisplay(localStorage.getItem(DISPLAY)),
    finish: parseFinish(localStorage.getItem(FINISH)),
    keymap: parseKeymap(localStorage.getItem(KEYS), actions),
    tourStep: localStorage.getItem(TOUR) === TOUR_SEEN ? null : 0,
  });
  store.subscribe((state, before) => {
    if (state.display !== before.display) localStorage.setItem(DISPLAY, JSON.stringify(state.display));
    if (state.finish !== before.finish) localStorage.setItem(FINISH, JSON.stringify(state.finish));
    if (state.keymap !== before.keymap) localStorage.setItem(KEYS, JSON.stringify(state.keymap));
    if (state.tourStep === null && before.tourStep !== null) localStorage.setItem(TOUR, TOUR_SEEN);
  });
}
