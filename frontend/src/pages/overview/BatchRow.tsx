import { Table } from "@mantine/core";
import { IconCornerDownRight } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import type { BatchOut } from "../../api/types";
import { STAGE_LABELS } from "../../stages/labels";
import { StageProgress } from "../../stages/StageProgress";
import { aboutText, secondsText } from "../../ui/amounts";
import { BatchMenu } from "./BatchMenu";
import { finished } from "./figures";
import classes from "./overview.module.css";
import { StateBar } from "./StateBar";
import { type ImageState, STATE_LABELS } from "./states";

// What a manager may have to do something about.
const TO_LOOK_AT = ["in_review", "flagged", "failed"] as const satisfies ImageState[];

interface Props {
  batch: BatchOut;
  isChild: boolean;
  onEdit: () => void;
  onAudit: () => void;
  onDelete: () => void;
}

/** A batch; a click anywhere leads to its images. */
export function BatchRow({ batch, isChild, onEdit, onAudit, onDelete }: Props) {
  const navigate = useNavigate();
  const { images } = batch;
  const toImages = { to: "/images", search: { batch: batch.id } } as const;
  return (
    <Table.Tr
      className={classes.row}
      aria-label={batch.name}
      data-child={isChild}
      onClick={() => void navigate(toImages)}
    >
      <Table.Td>
        <div className={classes.name}>
          {isChild && <IconCornerDownRight size={16} className={classes.quiet} aria-hidden />}
          <div className={classes.nameText}>
            <Link {...toImages} className={classes.nameLink} title={batch.name}>
              {batch.name}
            </Link>
            <span className={classes.quiet}>{factsOf(batch)}</span>
          </div>
        </div>
      </Table.Td>
      <Table.Td>
        <div className={classes.progress}>
          <StateBar images={images} />
          <span className={classes.under}>
            {images.total === 0 ? (
              <span className={classes.quiet}>no images yet: import some by the menu on the right</span>
            ) : (
              <span>
                {finished(images).toLocaleString()} of {(images.total - images.skipped).toLocaleString()}{" "}
                <span className={classes.quiet}>finished</span>
              </span>
            )}
            {TO_LOOK_AT.filter((state) => images[state] > 0).map((state) => (
              <span key={state} className={classes.toLookAt}>
                <span className={classes.swatch} data-state={state} />
                {images[state].toLocaleString()} {STATE_LABELS[state].toLowerCase()}
              </span>
            ))}
          </span>
          {batch.kind === "work" && batch.stage !== "assisted_manual" && (
            // biome-ignore lint/a11y/noStaticElementInteractions: its buttons are not the row's link
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the buttons
            <div onClick={(event) => event.stopPropagation()}>
              <StageProgress batchId={batch.id} />
            </div>
          )}
        </div>
      </Table.Td>
      <Table.Td className={classes.numeric}>
        {batch.masks.toLocaleString()}
        {batch.proposals > 0 && (
          <div className={classes.quiet}>+{batch.proposals.toLocaleString()} proposed</div>
        )}
      </Table.Td>
      <Table.Td className={classes.numeric}>{batch.masks_per_image?.toFixed(1) ?? "–"}</Table.Td>
      <Table.Td className={classes.numeric}>{secondsText(batch.seconds_per_mask)}</Table.Td>
      <Table.Td className={classes.numeric}>{leftText(batch)}</Table.Td>
      {/* Clicks of a menu's entries come here, too, wherever they are on the screen. */}
      <Table.Td className={classes.menu} onClick={(event) => event.stopPropagation()}>
        <BatchMenu batch={batch} onEdit={onEdit} onAudit={onAudit} onDelete={onDelete} />
      </Table.Td>
    </Table.Tr>
  );
}

function factsOf({ kind, stage, priority, review_share, second_share }: BatchOut): string {
  const facts = kind === "work" ? [STAGE_LABELS[stage]] : [kind === "audit" ? "Audit" : "Second look"];
  if (priority !== 0) facts.push(`priority ${priority}`);
  if (review_share > 0) facts.push(`review ${percent(review_share)}`);
  if (second_share > 0) facts.push(`twice ${percent(second_share)}`);
  return facts.join(" · ");
}

function leftText({ images, seconds_left }: BatchOut): string {
  if (images.total === 0) return "–";
  if (images.total - images.skipped === finished(images)) return "none";
  return seconds_left === null ? "–" : aboutText(seconds_left);
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
