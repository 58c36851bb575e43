"""Tables of projects and their batches of images."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now


class Stage(StrEnum):
    """The three stages of the data engine (SAM paper, section 4)."""

    ASSISTED_MANUAL = "assisted_manual"
    SEMI_AUTOMATIC = "semi_automatic"
    FULLY_AUTOMATIC = "fully_automatic"


class Project(Base):
    __tablename__ = "projects"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    settings: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # schemas.ProjectSettings; {}: defaults
    # That it works with; None: the installation's active one. Models refer to their projects already, and
    # tables that refer to each other have no order in which to make them.
    model_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    # Of name and settings; null: not since this is kept.
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=utc_now)


class BatchKind(StrEnum):
    """What the images of a batch are for. Only those of work are counted and exported."""

    WORK = "work"
    SECOND_LOOK = "second_look"  # images of the parent, to be annotated by somebody else once more
    AUDIT = "audit"  # images of the parent, whose automatic masks people correct to judge them


class Batch(Base):
    """Images that are annotated in one stage."""

    __tablename__ = "batches"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str]
    stage: Mapped[Stage] = mapped_column(str_enum(Stage, "stage"))
    kind: Mapped[BatchKind] = mapped_column(str_enum(BatchKind, "kind"), default=BatchKind.WORK)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("batches.id"), index=True)
    priority: Mapped[int] = mapped_column(default=0)  # the queue hands out batches with a higher one first
    review_share: Mapped[float] = mapped_column(default=0.0)  # of submitted images that go to review
    second_share: Mapped[float] = mapped_column(default=0.0)  # of images that are annotated twice
    peer_review: Mapped[bool] = mapped_column(default=False)  # annotators, too, review what others submitted
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
