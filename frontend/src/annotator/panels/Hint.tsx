import { useEffect } from "react";
import type { Annotator } from "../Annotator";
import { keyedText } from "../actions/keyedText";
import { useAnnotatorState } from "../useAnnotatorState";
import classes from "./panels.module.css";

const SHOWN_MS = 5_000;

/** One sentence on why the last thing asked for was not done; `{action}` in it stands for that action's key. */
export function Hint({ annotator }: { annotator: Annotator }) {
  const hint = useAnnotatorState(annotator, (state) => state.hint);
  const keymap = useAnnotatorState(annotator, (state) => state.keymap);
  useEffect(() => {
    if (hint === null) return;
    const timer = setTimeout(() => annotator.store.setState({ hint: null }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [hint, annotator]);
  return <div role="status">{hint && <span className={classes.hint}>{keyedText(hint, keymap)}</span>}</div>;
}
