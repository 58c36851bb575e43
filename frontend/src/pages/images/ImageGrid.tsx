import { useElementSize, useMergedRef } from "@mantine/hooks";
import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { ImageOut } from "../../api/types";
import { nextCard } from "./gridKeys";
import { ImageCard } from "./ImageCard";
import classes from "./ImageGrid.module.css";
import type { Selection } from "./useSelection";

const MIN_CARD_PX = 226;
const MIN_CARD_WIDE_PX = 290;
const WIDE_PX = 1800;
const GAP_PX = 16;
const PADDING_PX = 24;
const CAPTION_PX = 62;
const THUMBNAIL_ASPECT = 4 / 3;

/** Cards in rows; only rows near the window exist, so a thousand images scroll as lightly as ten. */
interface Props {
  images: ImageOut[];
  /** Whether the masks are drawn on the images. */
  masksShown: boolean;
  /** null: nothing can be chosen. */
  selection: Selection | null;
}

export function ImageGrid({ images, masksShown, selection }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sizeRef, width } = useElementSize();
  const scrollerRef = useMergedRef(scroller, sizeRef);
  const [current, setCurrent] = useState(0);
  const focusWanted = useRef(false);

  const minCardPx = width > WIDE_PX ? MIN_CARD_WIDE_PX : MIN_CARD_PX;
  const columns = Math.max(1, Math.floor((width + GAP_PX) / (minCardPx + GAP_PX)));
  const cardPx = (width - (columns - 1) * GAP_PX) / columns;
  const rowPx = Math.round(cardPx / THUMBNAIL_ASPECT) + CAPTION_PX + GAP_PX;
  const active = Math.min(current, images.length - 1);
  const activeRow = Math.floor(active / columns);

  const rows = useVirtualizer({
    count: width === 0 ? 0 : Math.ceil(images.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 2,
    paddingStart: 4,
    paddingEnd: PADDING_PX,
    scrollPaddingEnd: PADDING_PX,
    // The row of the current card always exists: Tab must find it.
    rangeExtractor: (range: Range) =>
      [...new Set([...defaultRangeExtractor(range), activeRow])].sort((a, b) => a - b),
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: rows keep measured heights until told otherwise
  useEffect(() => rows.measure(), [rowPx]);

  // After the keyboard moved: the card may only now exist.
  useEffect(() => {
    if (!focusWanted.current) return;
    const card = scroller.current?.querySelector<HTMLElement>(`[data-card="${active}"]`);
    if (!card) return;
    focusWanted.current = false;
    card.focus({ preventScroll: true });
  });

  function move(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const image = images[active];
    if (event.key.toLowerCase() === "x" && selection && image) {
      event.preventDefault();
      selection.toggle(image.id, event.shiftKey);
      return;
    }
    const next = nextCard(event.key, active, images.length, columns);
    if (next === null) return;
    event.preventDefault();
    focusWanted.current = true;
    setCurrent(next);
    rows.scrollToIndex(Math.floor(next / columns));
  }

  return (
    <div className={classes.scroller} ref={scrollerRef}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the links inside have the focus; arrows move it */}
      <div className={classes.canvas} style={{ height: rows.getTotalSize() }} onKeyDown={move}>
        {rows.getVirtualItems().map((row) => (
          <div
            key={row.key}
            className={classes.row}
            style={{
              height: rowPx - GAP_PX,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              transform: `translateY(${row.start}px)`,
            }}
          >
            {images.slice(row.index * columns, (row.index + 1) * columns).map((image, column) => {
              const index = row.index * columns + column;
              return (
                <ImageCard
                  key={image.id}
                  image={image}
                  index={index}
                  isCurrent={index === active}
                  onFocus={setCurrent}
                  masksShown={masksShown}
                  isChosen={selection ? selection.ids.has(image.id) : null}
                  onChoose={selection?.toggle}
                />
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}
