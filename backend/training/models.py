"""Tables of retraining: when it starts, what it learns from, how far it is."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now
from backend.projects.models import Stage


class Trigger(StrEnum):
    """Why a run was started."""

    MASKS = "masks"  # enough new ones
    HOURS = "hours"  # enough time has passed
    ENTERING = "entering"  # a batch has entered the stage
    PERSON = "person"


class Trains(StrEnum):
    DECODER = "decoder"  # alone, from stored embeddings
    FULL = "full"  # the encoder too, so that all images are embedded anew


class Promote(StrEnum):
    GATE = "gate"  # when it is good enough on the held-out images
    NEVER = "never"  # an admin does


class RunState(StrEnum):
    QUEUED = "queued"
    SNAPSHOT = "snapshot"
    EMBEDDING = "embedding"
    TRAINING = "training"
    EVALUATING = "evaluating"
    STOPPING = "stopping"  # somebody has stopped it, and its worker has not let go yet
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TrainingRule(Base):
    """When a stage of a project starts a run by itself, and what the run is like. No row: the defaults."""

    __tablename__ = "training_rules"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    stage: Mapped[Stage] = mapped_column(str_enum(Stage, "stage"), primary_key=True)
    every_masks: Mapped[int | None]
    every_hours: Mapped[float | None]
    least_masks: Mapped[int] = mapped_column(default=50)  # new ones, without which no hours start a run
    on_entering: Mapped[bool] = mapped_column(default=False)
    quiet_from: Mapped[str | None] = mapped_column(String(5))  # HH:MM, UTC
    quiet_to: Mapped[str | None] = mapped_column(String(5))
    trains: Mapped[Trains] = mapped_column(str_enum(Trains, "trains"), default=Trains.DECODER)
    minutes: Mapped[float] = mapped_column(default=10.0)
    promote: Mapped[Promote] = mapped_column(str_enum(Promote, "promote"), default=Promote.GATE)
    margin: Mapped[float] = mapped_column(default=0.0)  # by which the mean IoU at one click has to be higher
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when a batch last entered the stage


class Snapshot(Base):
    """The masks that runs learn from and are tried on, frozen: the manifest's digest is of its bytes."""

    __tablename__ = "snapshots"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    digest: Mapped[str]
    manifest_key: Mapped[str]
    image_count: Mapped[int]
    mask_count: Mapped[int]
    held_out_images: Mapped[int]
    held_out_masks: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


_IS_UNFINISHED = text("finished_at IS NULL")


class TrainingRun(Base):
    """`parent_id` is the model that it goes on from, `model_id` the one that has come of it."""

    __tablename__ = "training_runs"
    __table_args__ = (
        Index(
            "uq_training_runs_unfinished",
            "project_id",
            unique=True,
            sqlite_where=_IS_UNFINISHED,
            postgresql_where=_IS_UNFINISHED,
        ),
        Index("ix_training_runs_project_id_created_at", "project_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    stage: Mapped[Stage] = mapped_column(str_enum(Stage, "stage"))
    trigger: Mapped[Trigger] = mapped_column(str_enum(Trigger, "trigger"))
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[RunState] = mapped_column(str_enum(RunState, "state"), default=RunState.QUEUED)
    snapshot_id: Mapped[UUID | None] = mapped_column(ForeignKey("snapshots.id"))
    parent_id: Mapped[UUID] = mapped_column(ForeignKey("models.id"))
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey("models.id"))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)  # schemas.RunSettings
    metrics: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # RunMetrics
    verdict: Mapped[str | None]
    error: Mapped[str | None]
    progress: Mapped[float] = mapped_column(default=0.0)  # 0 to 1
    seconds_left: Mapped[float | None]
    precision: Mapped[str | None] = mapped_column(String(16))  # that it trains in, once it has begun to
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now, index=True)


class TrainingPoint(Base):
    """What a run told of itself at a step."""

    __tablename__ = "training_points"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("training_runs.id"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    minutes: Mapped[float]
    loss: Mapped[float]
    iou_by_round: Mapped[list[float]] = mapped_column(JSON)  # of the simulated annotators' prompts
