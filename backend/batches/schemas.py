"""Batches and what is done to many images, on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.core.names import OneLine
from backend.projects.models import BatchKind, Stage
from backend.users.models import Role
from backend.work.schemas import Note

MAX_PRIORITY = 1000
MOST_IMAGES = 10_000  # of one request

BatchName = Annotated[str, OneLine, StringConstraints(min_length=1, max_length=80)]
Priority = Annotated[
    int, Field(ge=-MAX_PRIORITY, le=MAX_PRIORITY, description="The queue hands out higher ones first.")
]
Share = Annotated[float, Field(ge=0, le=1)]


class BatchIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: BatchName
    priority: Priority = 0
    review_share: Annotated[Share, Field(description="Of submitted images that go to review.")] = 0.0
    second_share: Annotated[
        Share,
        Field(description="Of submitted images that a second person annotates without seeing the masks."),
    ] = 0.0
    peer_review: Annotated[bool, Field(description="Annotators, too, review what others submitted.")] = False


class BatchChange(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: BatchName = ""
    priority: Priority = 0
    review_share: Share = 0.0
    second_share: Share = 0.0
    peer_review: bool = False


class ImageCounts(BaseModel):
    """Images by state. Those to do are `waiting` for their embedding, `ready`, or `failed` at it."""

    total: int
    waiting: int
    ready: int
    failed: int
    in_work: int
    later: int
    flagged: int
    submitted: int
    in_review: int
    done: int
    skipped: int

    @property
    def finished(self) -> int:
        """Their masks are complete, also while somebody reviews them."""
        return self.submitted + self.in_review + self.done

    @property
    def left(self) -> int:
        return self.total - self.finished - self.skipped


class BatchOut(BaseModel):
    id: UUID
    name: str
    kind: BatchKind
    parent_id: UUID | None
    stage: Stage
    priority: int
    review_share: float
    second_share: float
    peer_review: bool
    created_at: datetime
    images: ImageCounts
    masks: int = Field(description="Accepted masks.")
    proposals: int = Field(description="Proposed masks that nobody has looked at yet.")
    masks_per_image: float | None = Field(description="On images that are submitted, in review or done.")
    timed_masks: int = Field(description="Accepted masks that have cost people time.")
    seconds_per_mask: float | None = Field(description="Mean active time of those.")
    seconds_left: float | None = Field(
        description="Active time that the images to do will take at this pace; null while it is not known."
    )


class HeldImage(BaseModel):
    id: UUID
    name: str


class PersonOut(BaseModel):
    """Who somebody is and what they do. The week is today and the six days before."""

    id: UUID
    name: str
    role: Role
    last_seen_at: datetime | None
    holds: list[HeldImage] = Field(description="Images that they work on now.")
    submitted_today: int
    submitted_week: int
    masks_today: int = Field(description="Accepted masks that they made.")
    masks_week: int
    seconds_per_mask: float | None = Field(description="Mean active time in the week.")


class ImagesChange(BaseModel):
    """Changes many images at once; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    image_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_IMAGES)]
    priority: Priority = 0
    assigned_to: Annotated[UUID | None, Field(description="null: for everybody.")] = None
    batch_id: Annotated[UUID | None, Field(description="Where they go.")] = None


class ImagesDecision(BaseModel):
    """`reopen`, `review` (have it reviewed), `accept` and `skip`, which needs a note."""

    model_config = ConfigDict(extra="forbid")

    image_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_IMAGES)]
    to: Literal["reopen", "review", "accept", "skip"]
    note: Note | None = None


class ImagesDeletion(BaseModel):
    model_config = ConfigDict(extra="forbid")

    image_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_IMAGES)]


class Refusal(BaseModel):
    image_id: UUID
    code: str
    reason: str


class ImagesResult(BaseModel):
    """How many images were changed, and why the others were not."""

    changed: int
    refused: list[Refusal]
