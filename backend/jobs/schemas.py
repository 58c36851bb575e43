"""The queue and its workers on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.core.paging import Cursor
from backend.jobs.models import JobKind, JobQueue, JobState


class KindOut(BaseModel):
    kind: JobKind
    queued: int
    running: int
    failed: int
    done_last_hour: int
    waiting_since: datetime | None = Field(description="Since when the longest waiting one is queued.")
    running_since: datetime | None = Field(description="Since when the longest running one runs.")
    seconds_each: float | None = Field(description="Mean time of the latest runs, where it is noted.")


class WorkerOut(BaseModel):
    """A worker process that gave a sign within the last day and has not signed off."""

    id: UUID
    host: str
    pid: int
    queues: list[JobQueue] = Field(description="That it takes work from.")
    heartbeat_at: datetime
    alive: bool


class UnservedQueue(BaseModel):
    queue: JobQueue
    queued: int


class JobsOverview(BaseModel):
    kinds: list[KindOut]
    unserved: list[UnservedQueue] = Field(description="Queues with waiting jobs that no live worker takes.")
    workers: list[WorkerOut]


class JobOut(BaseModel):
    id: UUID
    kind: JobKind
    image_id: UUID | None = Field(description="Of the image that it is about, if there is one.")
    image_name: str | None
    state: JobState
    attempts: int = Field(description="Runs started since it was queued by a person.")
    progress: float | None = Field(description="0 to 1.")
    error_code: str | None
    error: str | None
    created_at: datetime
    started_at: datetime | None = Field(description="Of the present or the last run.")
    updated_at: datetime
    finished_at: datetime | None


class JobPage(BaseModel):
    """`next` is the `before` of the following page; null at the end."""

    items: list[JobOut]
    next: Cursor | None


class RetryIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: JobKind
    reason: str | None = Field(
        None, description="Only those that failed for it, as the dashboard words it; all of the kind if null."
    )


class RetryOut(BaseModel):
    retried: int
