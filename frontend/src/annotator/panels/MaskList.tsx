import { ActionIcon, Button, ScrollArea, Text, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconTrash } from "@tabler/icons-react";
import type { Annotator } from "../Annotator";
import { areaPx } from "../masks/labels";
import { colourOf } from "../masks/palette";
import type { ListedMask } from "../outbox/changes";
import { useAnnotatorState } from "../useAnnotatorState";
import { MaskThumbnail } from "./MaskThumbnail";
import classes from "./panels.module.css";

export function MaskList({ annotator, masks }: { annotator: Annotator; masks: ListedMask[] }) {
  return (
    <aside className={classes.side} aria-label="Masks of this image">
      <div className={classes.sideHead}>
        <Text size="sm" fw={600} component="h2">
          Masks
        </Text>
        <Text size="sm" c="dimmed" data-testid="mask-count">
          {masks.length}
        </Text>
      </div>
      {masks.length === 0 ? (
        <Text size="sm" c="dimmed" px="md" py="sm">
          Click an object in the picture. Right-click what does not belong to it. Enter saves the mask, and
          the next object starts.
        </Text>
      ) : (
        <ScrollArea className={classes.sideList} type="auto">
          <ul className={classes.masks}>
            {masks.map((mask, index) => (
              <MaskRow key={mask.id} annotator={annotator} mask={mask} number={index + 1} />
            ))}
          </ul>
        </ScrollArea>
      )}
    </aside>
  );
}

function MaskRow({ annotator, mask, number }: { annotator: Annotator; mask: ListedMask; number: number }) {
  const isSelected = useAnnotatorState(annotator, (state) => state.selectedId === mask.id);
  const select = (selectedId: string | null) => annotator.store.setState({ selectedId });
  const cut = annotator.saved.get(mask.id);
  return (
    <li
      className={classes.mask}
      data-selected={isSelected}
      data-mask-id={mask.id}
      onMouseEnter={() => select(mask.id)}
      onMouseLeave={() => select(null)}
      onFocus={() => select(mask.id)}
      onBlur={() => select(null)}
    >
      {cut && <MaskThumbnail mask={cut} colour={colourOf(annotator.saved.colours, mask.id)} />}
      <span className={classes.maskText}>
        <Text size="sm" fw={500} component="span">
          Mask {number}
        </Text>
        <Text size="xs" c="dimmed" component="span">
          {cut && `${areaText(areaPx(cut))} · `}
          {(mask.active_ms / 1000).toFixed(1)} s{mask.waiting && " · not sent yet"}
        </Text>
      </span>
      <Tooltip label="Delete this mask">
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={`Delete mask ${number}`}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => deleteWithUndo(annotator, mask, number)}
        >
          <IconTrash size={17} stroke={1.8} />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}

function deleteWithUndo(annotator: Annotator, mask: ListedMask, number: number): void {
  const about = { maskId: mask.id, imageId: mask.image_id };
  const noticeId = `deleted-${mask.id}`;
  annotator.store.setState({ selectedId: null });
  void annotator.outbox.add({ kind: "delete", ...about });
  notifications.show({
    id: noticeId,
    message: (
      <span className={classes.deletedNotice}>
        Mask {number} deleted
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(noticeId);
            void annotator.outbox.add({ kind: "restore", mask, ...about });
          }}
        >
          Undo
        </Button>
      </span>
    ),
    autoClose: 10_000,
  });
}

function areaText(area: number): string {
  if (area < 10_000) return `${area} px`;
  return area < 1_000_000 ? `${Math.round(area / 1000)}k px` : `${(area / 1_000_000).toFixed(1)}M px`;
}
