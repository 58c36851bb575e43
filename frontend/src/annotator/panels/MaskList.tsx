import { Text } from "@mantine/core";
import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Label } from "../../api/types";
import type { ActionContext } from "../actions/action";
import { acceptAllProposals, acceptProposal, nextProposal, rejectProposal } from "../actions/proposals";
import {
  copySelected,
  deleteSelected,
  lockSelected,
  mergeSelected,
  refineSelected,
  splitSelected,
} from "../actions/selected";
import { isProposed, type ListedMask } from "../outbox/changes";
import { selectOnly, selectUpTo } from "../state/selection";
import { useAnnotatorState } from "../useAnnotatorState";
import { ActionButton } from "./ActionButton";
import { NewLabel } from "./LabelMenu";
import { MaskRow } from "./MaskRow";
import classes from "./maskList.module.css";
import panel from "./panels.module.css";

const ROW_PX = 54;
const PROPOSED = [acceptProposal, rejectProposal, nextProposal, acceptAllProposals];
const SELECTED = [refineSelected, mergeSelected, splitSelected, copySelected, lockSelected, deleteSelected];

interface Props {
  context: ActionContext;
  masks: readonly ListedMask[];
  labels: readonly Label[];
}

export function MaskList({ context, masks, labels }: Props) {
  const proposed = masks.filter(isProposed).length;
  return (
    <aside className={panel.side} aria-label="Masks of this image">
      <div className={panel.sideHead}>
        <Text size="sm" fw={600} component="h2">
          Masks
        </Text>
        <Text size="sm" c="dimmed" data-testid="mask-count">
          {masks.length - proposed}
        </Text>
      </div>
      {proposed > 0 && <Proposals context={context} count={proposed} />}
      {labels.length > 0 && <NewLabel annotator={context.annotator} labels={labels} />}
      {masks.length === 0 ? (
        <Text size="sm" c="dimmed" px="md" py="sm">
          Click an object in the picture. Right-click what does not belong to it. Enter saves the mask, and
          the next object starts.
        </Text>
      ) : (
        <>
          <Rows context={context} masks={masks} labels={labels} />
          <div className={classes.selected} role="toolbar" aria-label="Selected masks">
            {SELECTED.map((action) => (
              <ActionButton key={action.id} action={action} context={context} side="top" />
            ))}
          </div>
        </>
      )}
    </aside>
  );
}

/** What machines have proposed stands first in the list, and must be gone through before the image is submitted. */
function Proposals({ context, count }: { context: ActionContext; count: number }) {
  return (
    <div className={classes.proposals} role="toolbar" aria-label="Proposed masks">
      <Text size="sm" fw={500} component="h3" data-testid="proposal-count">
        Proposed ({count})
      </Text>
      {PROPOSED.map((action) => (
        <ActionButton key={action.id} action={action} context={context} side="bottom" />
      ))}
    </div>
  );
}

/** Only rows near the window exist, so a thousand masks scroll as lightly as ten. */
function Rows({ context: { annotator }, masks, labels }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  /** Where the keyboard came to last: a new object for each key. */
  const [moved, setMoved] = useState<{ to: number } | null>(null);
  const selectedId = useAnnotatorState(annotator, (state) => state.selectedId);
  const selected = masks.findIndex((mask) => mask.id === selectedId);
  const current = Math.max(0, selected);
  const rows = useVirtualizer({
    count: masks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
    paddingEnd: 8,
    // Tab must find the current row, and keys the focused one, wherever the list is scrolled to.
    rangeExtractor: (range: Range) => {
      const focused = Math.min(moved?.to ?? current, masks.length - 1);
      return [...new Set([...defaultRangeExtractor(range), current, focused])].sort((a, b) => a - b);
    },
  });

  // A mask that was selected in the picture.
  useEffect(() => {
    if (selected >= 0) rows.scrollToIndex(selected);
  }, [rows, selected]);

  // Before the next key comes, which acts on the focused row.
  useLayoutEffect(() => {
    if (!moved) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${moved.to}"] button`);
    row?.focus({ preventScroll: true });
  }, [moved]);

  function move(event: KeyboardEvent<HTMLElement>) {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    const target = nextRow(event.key, Number(row?.dataset.index ?? current), masks.length);
    const mask = target === null ? undefined : masks[target];
    if (target === null || !mask || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    setMoved({ to: target });
    rows.scrollToIndex(target);
    annotator.store.setState((state) =>
      event.shiftKey ? selectUpTo(state, mask.id, idsOf(masks)) : selectOnly(mask.id),
    );
  }

  return (
    <div ref={scroller} className={classes.list}>
      <ul className={classes.rows} style={{ height: rows.getTotalSize() }} onKeyDown={move}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const mask = masks[index] as ListedMask;
          return (
            <MaskRow
              key={mask.id}
              annotator={annotator}
              mask={mask}
              index={index}
              labels={labels}
              listed={masks}
              isCurrent={index === current}
              style={{ height: ROW_PX - 4, transform: `translateY(${start}px)` }}
            />
          );
        })}
      </ul>
    </div>
  );
}

function nextRow(key: string, row: number, count: number): number | null {
  if (key === "ArrowDown") return Math.min(count - 1, row + 1);
  if (key === "ArrowUp") return Math.max(0, row - 1);
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}

function idsOf(masks: readonly ListedMask[]): string[] {
  return masks.map(({ id }) => id);
}
