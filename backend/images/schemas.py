"""Images on the wire."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from backend.core.paging import Cursor
from backend.images.models import WorkState
from backend.models.schemas import ModelOut
from backend.projects.models import BatchKind, Stage


class EmbeddingState(StrEnum):
    QUEUED = "queued"
    COMPUTING = "computing"
    READY = "ready"
    FAILED = "failed"


class EmbeddingOut(BaseModel):
    """How far the embedding of an image by the model is that it works with."""

    state: EmbeddingState
    error_code: str | None = None
    error: str | None = None
    attempts: int = 0
    compute_ms: int | None = None


class WorkOut(BaseModel):
    """What was decided about an image, whom it is for, and who has it now.

    `held_by` is null while nobody has it.

    People are ids of users. A name is null where somebody did it before there were accounts.
    """

    state: WorkState
    note: str | None
    by: str | None
    by_name: str | None
    at: datetime | None
    held_by: str | None
    held_by_name: str | None
    held_until: datetime | None
    assigned_to: UUID | None
    assigned_to_name: str | None


class Neighbours(BaseModel):
    """Where an image stands in its list; `position` counts from 1."""

    previous_id: UUID | None
    next_id: UUID | None
    position: int
    total: int


class BatchOfImage(BaseModel):
    id: UUID
    name: str
    stage: Stage
    kind: BatchKind


class ImageOut(BaseModel):
    id: UUID
    name: str
    width: int
    height: int
    created_at: datetime
    mask_count: int
    thumbnail_url: str
    picture_url: str
    embedding: EmbeddingOut
    work: WorkOut
    batch: BatchOfImage
    priority: int
    split: str | None = Field(description="train, val or test, where imported annotations said so.")


class ImageDetail(ImageOut):
    project_id: UUID
    neighbours: Neighbours
    model: ModelOut | None = Field(
        description="That it works with: the project's newest whose embedding of it is there."
    )
    may_review: bool = Field(
        default=False, description="It is in review, and the person who asks may review it."
    )


class Summary(BaseModel):
    """Counts of images by the state of their embedding, and an estimate of the time until all are ready."""

    total: int
    queued: int
    computing: int
    ready: int
    failed: int
    seconds_left: float | None


class ImagePage(BaseModel):
    """`next` is the `after` of the next page, null on the last."""

    items: list[ImageOut]
    next: Cursor | None = Field(description="`after` of the next page; null: this is the last one.")
    summary: Summary


class Verdict(StrEnum):
    IMPORTED = "imported"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class FileVerdict(BaseModel):
    """What became of one file; `code` and `reason` say why it was refused."""

    name: str
    verdict: Verdict
    code: str | None = None
    reason: str | None = None
    image_id: UUID | None = None


class ImportReport(BaseModel):
    imported: int
    duplicates: int
    refused: int
    files: list[FileVerdict]
