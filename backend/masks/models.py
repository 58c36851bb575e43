"""Table of masks."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now
from backend.masks.histogram import BUCKETS
from backend.projects.models import Stage


class MaskSource(StrEnum):
    """Which tools the mask was made with."""

    CLICKED = "clicked"
    PAINTED = "painted"
    CLICKED_PAINTED = "clicked_painted"
    EDITED = "edited"  # reopened after it had been saved
    IMPORTED = "imported"
    MERGED = "merged"
    SPLIT = "split"  # a connected part of another mask
    COPIED = "copied"  # from another image
    DETECTED = "detected"  # the detector's box, the decoder's mask
    AUTOMATIC = "automatic"  # the automatic mask generator's


class MaskState(StrEnum):
    PROPOSED = "proposed"  # by a machine or an import, for a person to accept, correct or reject
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DELETED = "deleted"


class Mask(Base):
    """The id is made by the client (UUIDv7), so that a save can be repeated without making a second mask.

    Columns with `active_history` are counted in the tallies, which need to know what they were.
    """

    __tablename__ = "masks"
    __table_args__ = (
        Index("ix_masks_image_id_state", "image_id", "state"),
        Index("ix_masks_model_id_state", "model_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id"))
    stage: Mapped[Stage] = mapped_column(str_enum(Stage, "stage"))  # of the batch when the mask was saved
    source: Mapped[MaskSource] = mapped_column(str_enum(MaskSource, "source"), active_history=True)
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey("models.id"), active_history=True)
    rle_counts: Mapped[str]  # COCO's compressed string for height x width pixels
    height: Mapped[int]
    width: Mapped[int]
    bbox_x: Mapped[int]
    bbox_y: Mapped[int]
    bbox_w: Mapped[int]
    bbox_h: Mapped[int]
    area_px: Mapped[int]
    predicted_iou: Mapped[float | None]
    stability_score: Mapped[float | None]  # of masks that machines made, as are the next two
    point: Mapped[list[float] | None] = mapped_column(JSON(none_as_null=True))  # x, y of the prompt
    crop_box: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))  # x, y, width, height
    active_ms: Mapped[int] = mapped_column(active_history=True)
    prompts: Mapped[dict[str, Any]] = mapped_column(JSON, active_history=True)  # schemas.Prompts
    label_id: Mapped[UUID | None] = mapped_column(index=True)  # in the project's settings
    locked: Mapped[bool] = mapped_column(default=False)  # neither cut, changed nor deleted on the page
    effort: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # schemas.Effort
    state: Mapped[MaskState] = mapped_column(
        str_enum(MaskState, "state"), default=MaskState.ACCEPTED, active_history=True
    )
    version: Mapped[int] = mapped_column(default=1)  # grows with every change
    author_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id")
    )  # who made it; corrections are others'
    # Who accepted it when it was a proposal; cleared when that is taken back.
    accepted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), active_history=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # for the first time


BUCKET_COLUMNS = [f"bucket_{number:02}" for number in range(BUCKETS)]  # of backend/masks/histogram.py

# Kept by tallies.py. The day is that of `accepted_at`, or of `created_at` for proposals, in UTC.
MASK_TALLIES = Table(
    "mask_tallies",
    Base.metadata,
    Column("batch_id", Uuid, ForeignKey("batches.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("stage", str_enum(Stage, "stage"), primary_key=True),
    Column("source", str_enum(MaskSource, "source"), primary_key=True),
    Column("model_id", Uuid, primary_key=True),  # these two: tallies.NOBODY where there is none
    Column("author_id", Uuid, primary_key=True),  # of proposals who accepted them
    Column("finished", Boolean, primary_key=True),  # whether the masks' image is
    Column("masks", Integer, nullable=False),  # accepted ones
    Column("proposals", Integer, nullable=False),
    Column("timed_masks", Integer, nullable=False),  # accepted ones that cost people time, as are the rest
    Column("active_ms", BigInteger, nullable=False),
    Column("clicks", Integer, nullable=False),  # and boxes
    *(Column(name, Integer, nullable=False) for name in BUCKET_COLUMNS),
)


class MaskVersion(Base):
    """What a change replaced: rows are only ever added, so that every earlier version can be told."""

    __tablename__ = "mask_versions"

    mask_id: Mapped[UUID] = mapped_column(ForeignKey("masks.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)  # the one that the change ended
    before: Mapped[dict[str, Any]] = mapped_column(
        JSON
    )  # the fields that it changed, with their values till then
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class MaskLog(Base):
    """What was done to make a version of a mask; a change without one, as of the label, has none."""

    __tablename__ = "mask_logs"

    mask_id: Mapped[UUID] = mapped_column(ForeignKey("masks.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    entries: Mapped[list[Any]] = mapped_column(JSON)  # of schemas.LogEntry
