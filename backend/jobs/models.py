"""Tables of background work. The row of a job is the truth; the queue carries only its id."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now


class JobKind(StrEnum):
    EMBED = "embed"
    EXPORT = "export"
    IMPORT_ANNOTATIONS = "import_annotations"
    TRAIN_DETECTOR = "train_detector"
    PROPOSE = "propose"
    AUTOMASK = "automask"
    RETRAIN = "retrain"
    DOWNLOAD_MODEL = "download_model"


class JobQueue(StrEnum):
    EMBED = "embed"
    IO = "io"
    TRAIN = "train"
    AUTOMASK = "automask"


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """`subject` says what the work is about; the pair of kind and subject exists once."""

    __tablename__ = "jobs"
    __table_args__ = (UniqueConstraint("kind", "subject"), Index("ix_jobs_state_queue", "state", "queue"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[JobKind] = mapped_column(str_enum(JobKind, "kind"))
    queue: Mapped[JobQueue] = mapped_column(str_enum(JobQueue, "queue"))
    subject: Mapped[str]
    project_id: Mapped[UUID | None] = mapped_column(index=True)  # that asked for it first
    part_of: Mapped[UUID | None] = mapped_column(index=True)  # the larger work whose progress it counts for
    state: Mapped[JobState] = mapped_column(str_enum(JobState, "state"), default=JobState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)  # runs started so far
    progress: Mapped[float | None]  # 0 to 1
    error_code: Mapped[str | None]
    error: Mapped[str | None]
    claim: Mapped[UUID | None]  # token of the present run; who does not hold it may not change the row
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the present or the last run
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # last time a message went out
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Worker(Base):
    """A worker process that says every few seconds that it is alive."""

    __tablename__ = "workers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    host: Mapped[str]
    pid: Mapped[int]
    queues: Mapped[list[str]] = mapped_column(JSON, server_default="[]")  # names of JobQueue
    heartbeat_at: Mapped[datetime] = mapped_column(UtcDateTime)
