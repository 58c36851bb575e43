"""Tables of images and their embeddings."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now

MAX_HOLDER_CHARACTERS = 64


class WorkState(StrEnum):
    """What people have decided about an image; that somebody works on it now is told by its lease."""

    OPEN = "open"
    LATER = "later"  # somebody put it at the end of the queue
    FLAGGED = "flagged"  # somebody asks for help
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"  # submitted, and drawn or sent for somebody else to look at
    DONE = "done"  # a reviewer has accepted it
    SKIPPED = "skipped"


# People have nothing to do on these unless they are reopened or come back from review.
FINISHED = (WorkState.SUBMITTED, WorkState.IN_REVIEW, WorkState.DONE)


class Image(Base):
    """`width` and `height` are those of the picture, after orientation.

    The columns from `work_state` on belong to backend/work. Holders are ids of users as text; before there
    were accounts, they were ids that browsers made for themselves.
    """

    __tablename__ = "images"
    __table_args__ = (
        UniqueConstraint("batch_id", "sha256"),
        Index("ix_images_work_state_created_at", "work_state", "created_at"),
        Index("ix_images_batch_id_work_state", "batch_id", "work_state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    width: Mapped[int]
    height: Mapped[int]
    original_key: Mapped[str]
    picture_key: Mapped[str]
    thumbnail_key: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    work_state: Mapped[WorkState] = mapped_column(str_enum(WorkState, "work_state"), default=WorkState.OPEN)
    work_note: Mapped[str | None]  # the reason of a skip, the question of a flag
    work_by: Mapped[str | None] = mapped_column(String(MAX_HOLDER_CHARACTERS))  # whose decision it was
    work_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by: Mapped[str | None] = mapped_column(String(MAX_HOLDER_CHARACTERS))  # last, as is the time
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Who has, or had last, the sole right to work on it; the lease is over at `lease_until`.
    lease_holder: Mapped[str | None] = mapped_column(String(MAX_HOLDER_CHARACTERS))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    work_updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # any of these columns
    priority: Mapped[int] = mapped_column(default=0)  # within its batch: a higher one is handed out first
    # Nobody else is handed it.
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    # In batches of second looks and audits: the image that this one is compared with.
    original_id: Mapped[UUID | None] = mapped_column(ForeignKey("images.id"), index=True)
    # The run of backend/stages that has yet to come to it; until then nobody is handed it.
    awaited_run_id: Mapped[UUID | None] = mapped_column(index=True)
    # train, val or test, where the annotations that came last said so.
    split: Mapped[str | None] = mapped_column(String(8))


class DeletedImage(Base):
    """So that open pages can be told; forgotten after a while."""

    __tablename__ = "deleted_images"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID | None]
    deleted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)


class Embedding(Base):
    """One per content and encoder: the same photo in two batches is embedded once."""

    __tablename__ = "embeddings"

    image_sha256: Mapped[str] = mapped_column(primary_key=True)
    encoder_digest: Mapped[str] = mapped_column(primary_key=True)
    blob_key: Mapped[str]
    size_bytes: Mapped[int]
    compute_ms: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
