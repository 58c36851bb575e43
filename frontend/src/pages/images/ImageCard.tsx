import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { shownWork, WORK_LABELS } from "../../annotator/flow/work";
import type { ImageOut } from "../../api/types";
import { EmbeddingBadge } from "./EmbeddingBadge";
import classes from "./ImageCard.module.css";
import { useRetry } from "./useRetry";

interface Props {
  image: ImageOut;
  index: number;
  /** The one card that Tab reaches; arrow keys move it. */
  isCurrent: boolean;
  onFocus: (index: number) => void;
  masksShown: boolean;
  /** null: it cannot be chosen. */
  isChosen: boolean | null;
  onChoose: ((imageId: string, through: boolean) => void) | undefined;
}

export const ImageCard = memo(function ImageCard({
  image,
  index,
  isCurrent,
  onFocus,
  masksShown,
  isChosen,
  onChoose,
}: Props) {
  const { state } = image.embedding;
  const work = shownWork(image.work);
  return (
    <article className={classes.card} data-state={state} data-chosen={isChosen} aria-label={image.name}>
      <Link
        to="/images/$imageId"
        params={{ imageId: image.id }}
        // Opening an image loads a model: not something to do for a passing pointer.
        preload={false}
        className={classes.link}
        data-card={index}
        tabIndex={isCurrent ? 0 : -1}
        onFocus={() => onFocus(index)}
      >
        <span className={classes.frame}>
          <img
            className={classes.thumbnail}
            src={image.thumbnail_url}
            alt=""
            loading="lazy"
            decoding="async"
            draggable={false}
          />
          {masksShown && image.mask_count > 0 && (
            <img
              className={classes.overlay}
              // The count has the browser ask again; the server says whether anything changed.
              src={`/api/images/${image.id}/overlay?masks=${image.mask_count}`}
              alt=""
              loading="lazy"
              decoding="async"
              draggable={false}
            />
          )}
          {state === "computing" && <span className={classes.sweep} />}
          {work !== "open" && (
            <span className={classes.work} data-work={work} title={image.work.note ?? undefined}>
              {WORK_LABELS[work]}
            </span>
          )}
        </span>
        <span className={classes.name} title={image.name}>
          {image.name}
        </span>
        <span className={classes.facts}>
          <span>
            {image.width} × {image.height}
          </span>
          {image.mask_count > 0 && (
            <span className={classes.masks}>
              {image.mask_count === 1 ? "1 mask" : `${image.mask_count} masks`}
            </span>
          )}
          {image.work.assigned_to_name && (
            <span className={classes.assigned} title={`For ${image.work.assigned_to_name}`}>
              {image.work.assigned_to_name}
            </span>
          )}
          <EmbeddingBadge state={state} />
        </span>
      </Link>
      {isChosen !== null && (
        <input
          type="checkbox"
          className={classes.choose}
          aria-label={`Choose ${image.name}`}
          title="Choose (X); with Shift all up to here"
          tabIndex={-1}
          checked={isChosen}
          onChange={noop}
          onClick={(event) => onChoose?.(image.id, event.shiftKey)}
        />
      )}
      {state === "failed" && <Failure image={image} />}
    </article>
  );
});

// React wants a handler beside `checked`; the click knows whether Shift was held.
function noop(): void {}

function Failure({ image }: { image: ImageOut }) {
  const retry = useRetry(image.id);
  const reason = image.embedding.error ?? "The embedding could not be computed.";
  return (
    <div className={classes.failure}>
      <p className={classes.reason} title={reason}>
        {reason}
      </p>
      <Button size="compact-xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
        Retry
      </Button>
    </div>
  );
}
