"""The queue, leases and decisions on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from backend.images.models import WorkState
from backend.images.schemas import ImageDetail

# PostgreSQL's text cannot hold NUL.
Note = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")
]


class NoteIn(BaseModel):
    """Why an image is skipped, or what the question is."""

    model_config = ConfigDict(extra="forbid")

    note: Note


class LeaseOut(BaseModel):
    """The sole right to work on an image. It ends `seconds` after it was last asked for."""

    image_id: UUID
    until: datetime
    seconds: float


class QueueCounts(BaseModel):
    """Images that the person may see by state; `in_work` counts those of them that somebody has now."""

    open: int
    later: int
    flagged: int
    submitted: int
    in_review: int
    done: int
    skipped: int
    in_work: int


class ReviewCounts(BaseModel):
    """Images that wait for a reviewer, and those of them that the person may take now."""

    in_review: int
    for_me: int


class QueueOut(BaseModel):
    """`ahead`: what the queue would hand out next as things are, to be fetched ahead."""

    counts: QueueCounts
    ahead: list[UUID]


class NextOut(BaseModel):
    """null: nothing is left that somebody else does not have."""

    image: ImageDetail | None


class TransitionOut(BaseModel):
    from_state: WorkState
    to_state: WorkState
    note: str | None
    by: str
    by_name: str | None
    at: datetime
