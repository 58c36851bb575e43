import { IconChecks, IconSquareCheck, IconSquareRoundedArrowRight, IconSquareX } from "@tabler/icons-react";
import type { Annotator } from "../Annotator";
import { isProposed } from "../outbox/changes";
import { acceptances, judgement, type ShapedMask } from "../outbox/relations";
import { NOTHING_SELECTED, selectedIds, selectOnly } from "../state/selection";
import type { Action } from "./action";
import { changeMasks } from "./maskSteps";
import { lockedReason, nameOf } from "./selected";

export function acceptProposals(annotator: Annotator, proposals: readonly ShapedMask[]): void {
  judge(annotator, proposals, "accepted", accepting(annotator, proposals));
}

export function rejectProposals(annotator: Annotator, proposals: readonly ShapedMask[]): void {
  judge(annotator, proposals, "rejected", rejecting(proposals));
}

export function accepting(annotator: Annotator, proposals: readonly ShapedMask[]) {
  const { image, project, newLabelId } = annotator.state;
  if (!image || !project) return [];
  return acceptances(project.overlap_rule, proposals, annotator.saved.all(), newLabelId, image);
}

export function rejecting(proposals: readonly ShapedMask[]) {
  return proposals.map(({ mask }) => judgement("reject", mask));
}

/** The selected proposals, else the smallest one that is pointed at, in the picture or in the list. */
function pointedAt({ saved, state, pointer }: Annotator): ShapedMask[] {
  const selected = saved.pick(selectedIds(state)).filter(({ mask }) => isProposed(mask));
  if (selected.length > 0) return selected;
  const under = pointer ? saved.under(Math.floor(pointer.x), Math.floor(pointer.y)) : [];
  const pointed = [...under, state.hoveredId ?? ""].map((id) => saved.pick([id])[0]);
  return pointed.filter((one) => one !== undefined && isProposed(one.mask)).slice(0, 1) as ShapedMask[];
}

/** Judged proposals leave the selection to the next one, so that one key after the other goes through them all. */
function judge(
  annotator: Annotator,
  proposals: readonly ShapedMask[],
  verdict: "accepted" | "rejected",
  changes: ReturnType<typeof accepting>,
): void {
  const masks = proposals.map(({ mask }) => mask);
  const wasSelected = selectedIds(annotator.state).some((id) => masks.some((mask) => mask.id === id));
  if (wasSelected) annotator.store.setState(after(annotator, masks.at(-1)?.id ?? null, masks));
  changeMasks(annotator, `${nameOf(annotator, masks)} ${verdict}`, changes);
}

/** Selects the proposal behind one of them, without those that are judged; from the last on, the first again. */
function after(annotator: Annotator, id: string | null, judged: readonly { id: string }[] = []) {
  const ids = annotator.saved.proposals().map(({ mask }) => mask.id);
  const place = id === null ? -1 : ids.indexOf(id);
  const round = [...ids.slice(place + 1), ...ids.slice(0, Math.max(0, place))];
  const next = round.find((other) => !judged.some((one) => one.id === other));
  return next === undefined ? NOTHING_SELECTED : selectOnly(next);
}

/** Selects the proposal behind the selected mask. */
export function selectNextProposal(annotator: Annotator): void {
  annotator.store.setState(after(annotator, annotator.state.selectedId));
}

/** An action on proposals; `which` says on which ones, and `none` why there are none. */
function onProposals(
  about: Pick<Action, "id" | "label" | "keys" | "icon">,
  which: (annotator: Annotator) => ShapedMask[],
  none: string,
  perform: (annotator: Annotator, proposals: ShapedMask[]) => void,
): Action {
  return {
    ...about,
    group: "Proposals",
    can: ({ annotator }) => {
      const proposals = which(annotator);
      if (annotator.saved.proposals().length === 0) return "No mask is proposed on this image.";
      if (proposals.length === 0) return none;
      const masks = proposals.map(({ mask }) => mask);
      return lockedReason(annotator, masks) ?? true;
    },
    perform: ({ annotator }) => perform(annotator, which(annotator)),
  };
}

const POINT_AT_ONE = "Point at a proposal, or select one ({next-proposal} takes the next).";

export const acceptProposal = onProposals(
  { id: "accept-proposal", label: "Accept proposal", keys: ["shift+a"], icon: IconSquareCheck },
  pointedAt,
  POINT_AT_ONE,
  acceptProposals,
);

export const rejectProposal = onProposals(
  { id: "reject-proposal", label: "Reject proposal", keys: ["shift+x"], icon: IconSquareX },
  pointedAt,
  POINT_AT_ONE,
  rejectProposals,
);

export const nextProposal = onProposals(
  { id: "next-proposal", label: "Next proposal", keys: ["shift+c"], icon: IconSquareRoundedArrowRight },
  ({ saved }) => saved.proposals(),
  "",
  selectNextProposal,
);

export const acceptAllProposals = onProposals(
  { id: "accept-all-proposals", label: "Accept all proposals", keys: ["shift+Enter"], icon: IconChecks },
  ({ saved }) => saved.proposals(),
  "",
  acceptProposals,
);

export const proposalActions: readonly Action[] = [
  acceptProposal,
  rejectProposal,
  nextProposal,
  acceptAllProposals,
];
