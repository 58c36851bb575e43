import type { Icon } from "@tabler/icons-react";
import type { ImageDetail, Neighbours } from "../../api/types";
import type { Annotator } from "../Annotator";
import type { Flow } from "../flow/useFlow";

export interface ActionContext {
  annotator: Annotator;
  /** null while it is still loading. */
  image: ImageDetail | null;
  /** null while the image at hand is still loading. */
  neighbours: Neighbours | null;
  openNeighbour: (which: "previous_id" | "next_id") => void;
  flow: Flow;
  toggleHelp: () => void;
}

/** Something the person can do: toolbar, tooltips, help sheet and keys all come from this. */
export interface Action {
  id: string;
  label: string;
  group: "Mask" | "Proposals" | "Saved masks" | "Tools" | "View" | "Images";
  keys: string[];
  icon?: Icon;
  /** true, or one sentence on why not now; `{accept}` in it stands for that action's key. */
  can: (context: ActionContext) => true | string;
  perform: (context: ActionContext) => void;
  /** The key is held for a longer time: called when it is let go. */
  release?: (context: ActionContext) => void;
  /** For actions that choose one of several states: whether this one is chosen. */
  isOn?: (context: ActionContext) => boolean;
  /** Runs again while the key is held down. */
  repeats?: boolean;
  /** The key keeps its meaning in the browser while the action can not be done. */
  passesOn?: boolean;
}
