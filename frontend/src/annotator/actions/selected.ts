import {
  IconArrowsJoin2,
  IconArrowsSplit2,
  IconEyeOff,
  IconLock,
  IconPencil,
  IconPhotoShare,
  IconTag,
  IconTrash,
} from "@tabler/icons-react";
import type { Annotator } from "../Annotator";
import { isProposed, type ListedMask, type NewMaskChange } from "../outbox/changes";
import { changeOf, mergeChanges, removal, type ShapedMask, splitChanges } from "../outbox/relations";
import { isBegun } from "../state/draft";
import { NOTHING_SELECTED, selectedIds } from "../state/selection";
import type { Action, ActionContext } from "./action";
import { copyToNext } from "./copyToNext";
import { changeMasks, changeMasksAndSay } from "./maskSteps";

const LABEL_KEYS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export function deleteMasks(annotator: Annotator, masks: readonly ListedMask[]): void {
  const about = nameOf(annotator, masks);
  annotator.store.setState(NOTHING_SELECTED);
  const isRejecting = masks.every(isProposed);
  changeMasksAndSay(annotator, `${about} ${isRejecting ? "rejected" : "deleted"}`, masks.map(removal));
}

export function setLocked(annotator: Annotator, masks: readonly ListedMask[], locked: boolean): void {
  const { readOnly } = annotator.state;
  if (readOnly !== null) {
    annotator.store.setState({ hint: readOnly });
    return;
  }
  const changes = masks.map((mask) => changeOf(mask, { locked }));
  changeMasks(annotator, `${nameOf(annotator, masks)} ${locked ? "locked" : "unlocked"}`, changes);
}

export function setLabel(annotator: Annotator, masks: readonly ListedMask[], label_id: string | null): void {
  const others = masks.filter((mask) => (mask.label_id ?? null) !== label_id);
  const changes = others.map((mask) => changeOf(mask, { label_id }));
  changeMasks(annotator, `label of ${nameOf(annotator, others).toLowerCase()} changed`, changes);
}

export function toggleHidden(annotator: Annotator, masks: readonly ListedMask[]): void {
  const { hiddenIds } = annotator.state;
  const ids = masks.map(({ id }) => id);
  const isHiding = ids.some((id) => !hiddenIds.has(id));
  const others = [...hiddenIds].filter((id) => !ids.includes(id));
  annotator.setHidden(new Set(isHiding ? [...others, ...ids] : others));
}

/** One sentence when the image is read-only or one of the masks locked, null when all may be changed. */
export function lockedReason(annotator: Annotator, masks: readonly ListedMask[]): string | null {
  const { readOnly } = annotator.state;
  if (readOnly !== null) return readOnly;
  const locked = masks.filter((mask) => mask.locked);
  if (locked.length === 0) return null;
  const verb = locked.length === 1 ? "is" : "are";
  return `${nameOf(annotator, locked)} ${verb} locked. Unlock first ({lock-selected}).`;
}

/** The selected masks, in the order of the list. */
export function selectedMasks(annotator: Annotator): ShapedMask[] {
  return annotator.saved.pick(selectedIds(annotator.state));
}

export function nameOf(annotator: Annotator, masks: readonly ListedMask[]): string {
  const [only] = masks;
  const areProposals = masks.length > 0 && masks.every(isProposed);
  if (masks.length !== 1 || !only) return `${masks.length} ${areProposals ? "proposals" : "masks"}`;
  return `${areProposals ? "Proposal" : "Mask"} ${annotator.saved.numberOf(only.id)}`;
}

/** An action on the selected masks; `can` is asked when there are any. */
function onSelected(
  about: Pick<Action, "id" | "label" | "keys" | "icon" | "isOn">,
  can: (annotator: Annotator, selected: ShapedMask[], context: ActionContext) => true | string,
  perform: (annotator: Annotator, selected: ShapedMask[], context: ActionContext) => void,
): Action {
  return {
    ...about,
    group: "Saved masks",
    can: (context) => {
      const selected = selectedMasks(context.annotator);
      if (selected.length === 0)
        return "Select a mask first: click it with the select tool ({tool-select}), or in the list.";
      return can(context.annotator, selected, context);
    },
    perform: (context) => perform(context.annotator, selectedMasks(context.annotator), context),
  };
}

const masksOf = (selected: readonly ShapedMask[]) => selected.map(({ mask }) => mask);

export const deleteSelected = onSelected(
  { id: "delete-selected", label: "Delete selected masks", keys: ["Delete"], icon: IconTrash },
  (annotator, selected) => lockedReason(annotator, masksOf(selected)) ?? true,
  (annotator, selected) => deleteMasks(annotator, masksOf(selected)),
);

export const mergeSelected = onSelected(
  { id: "merge-selected", label: "Merge selected masks", keys: ["m"], icon: IconArrowsJoin2 },
  (annotator, selected) => {
    if (selected.length < 2) return "Select two masks or more to merge them (Shift and click).";
    return lockedReason(annotator, masksOf(selected)) ?? true;
  },
  (annotator, selected) => {
    const { image } = annotator.state;
    if (!image) return;
    replaceMasks(annotator, mergeChanges(selected, image), `${selected.length} masks merged`);
  },
);

export const splitSelected = onSelected(
  { id: "split-selected", label: "Split into connected parts", keys: ["u"], icon: IconArrowsSplit2 },
  (annotator, selected) => {
    if (selected.length > 1) return "Select a single mask to split it.";
    return lockedReason(annotator, masksOf(selected)) ?? true;
  },
  (annotator, selected) => {
    const { image } = annotator.state;
    const [only] = selected;
    if (!image || !only) return;
    const changes = splitChanges(only, image);
    if (changes.length === 0) annotator.store.setState({ hint: "This mask is in one piece." });
    else replaceMasks(annotator, changes, `Mask split into ${changes.length - 1} parts`);
  },
);

export const copySelected = onSelected(
  { id: "copy-selected", label: "Copy to the next image", keys: ["shift+d"], icon: IconPhotoShare },
  (_annotator, _selected, { neighbours }) => {
    if (!neighbours) return "The image is still loading.";
    return neighbours.next_id ? true : "This is the last image.";
  },
  (annotator, selected, { neighbours }) => {
    if (neighbours?.next_id) void copyToNext(annotator, selected, neighbours.next_id);
  },
);

export const hideSelected = onSelected(
  { id: "hide-selected", label: "Hide or show selected masks", keys: ["shift+v"], icon: IconEyeOff },
  () => true,
  (annotator, selected) => toggleHidden(annotator, masksOf(selected)),
);

export const lockSelected = onSelected(
  { id: "lock-selected", label: "Lock or unlock selected masks", keys: ["shift+l"], icon: IconLock },
  () => true,
  (annotator, selected) => {
    const isLocking = selected.some(({ mask }) => !mask.locked);
    const others = masksOf(selected).filter((mask) => (mask.locked ?? false) !== isLocking);
    setLocked(annotator, others, isLocking);
  },
);

/** Labels the selected masks, or, with none selected, all masks from now on. */
function labelAction(number: number): Action {
  const labelOf = ({ annotator }: ActionContext) => annotator.state.project?.labels[number - 1];
  return {
    id: `label-${number}`,
    label: `Label ${number}`,
    group: "Saved masks",
    keys: [`alt+${number}`],
    can: (context) => {
      if (!labelOf(context))
        return `The project has no label ${number}. Its settings are on the images page.`;
      return lockedReason(context.annotator, labelled(context.annotator)) ?? true;
    },
    perform: (context) => giveLabel(context.annotator, labelOf(context)?.id ?? null),
  };
}

export const noLabel: Action = {
  id: "label-none",
  label: "No label",
  group: "Saved masks",
  keys: ["alt+0"],
  icon: IconTag,
  can: ({ annotator }) => lockedReason(annotator, labelled(annotator)) ?? true,
  perform: ({ annotator }) => giveLabel(annotator, null),
};

export function giveLabel(annotator: Annotator, labelId: string | null): void {
  const masks = labelled(annotator);
  if (masks.length > 0) setLabel(annotator, masks, labelId);
  else annotator.store.setState({ newLabelId: labelId });
}

function labelled(annotator: Annotator): ListedMask[] {
  return isBegun(annotator.state.draft) ? [] : masksOf(selectedMasks(annotator));
}

/** Sends changes that put new masks in the place of others, and offers to take that back. */
function replaceMasks(annotator: Annotator, changes: readonly NewMaskChange[], about: string): void {
  const made = changes.filter((change) => change.kind === "save");
  annotator.store.setState({
    selectedId: made[0]?.maskId ?? null,
    alsoSelected: made.slice(1).map(({ maskId }) => maskId),
  });
  changeMasksAndSay(annotator, about, changes);
}

/** One sentence when a mask can not be corrected now, else null. */
export function uncorrectable(annotator: Annotator, mask: ListedMask): string | null {
  if (isBegun(annotator.state.draft)) return "Accept or cancel the mask in the making first.";
  return lockedReason(annotator, [mask]);
}

export const refineSelected = onSelected(
  { id: "refine-selected", label: "Correct the selected mask", keys: ["shift+e"], icon: IconPencil },
  (annotator, selected) => {
    const [only] = selected;
    if (!only || selected.length > 1) return "Select one mask to correct it.";
    return uncorrectable(annotator, only.mask) ?? true;
  },
  (annotator, [only]) => {
    if (only) annotator.refine(only.mask);
  },
);

export const selectedActions: readonly Action[] = [
  refineSelected,
  deleteSelected,
  mergeSelected,
  splitSelected,
  copySelected,
  hideSelected,
  lockSelected,
  ...LABEL_KEYS.map(labelAction),
  noLabel,
];
