"""Stages of batches on the wire."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.jobs.models import JobState
from backend.projects.models import Stage


class StageIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stage: Stage


class StagePreview(BaseModel):
    """What entering a stage would do, before anybody enters it."""

    images: int = Field(description="That machines would go through.")
    left_alone: int = Field(description="Other open images: people have begun them, or the stage is theirs.")
    detector_minutes: float | None = Field(
        description="Of a detector's training that comes first; null: none is needed."
    )
    seconds: float | None = Field(
        description="For all images by one worker, as the last ones took; null: there were none yet."
    )
    problem: str | None = Field(description="Why the batch cannot enter the stage now.")


class DetectorOut(BaseModel):
    """What finds the boxes of the semi-automatic stage."""

    state: JobState = Field(description="Of its training.")
    image_count: int
    mask_count: int = Field(description="Masks that it learns from, and is tried on.")
    progress: float | None = Field(description="Of its training, from 0 to 1.")
    recall: float | None = Field(
        description="Share of the objects on photos that it has not seen which one of its boxes overlaps."
    )
    error: str | None


class StageImages(BaseModel):
    """Images of the batch's present run through its stage."""

    total: int
    waiting: int
    running: int
    done: int
    failed: int


class StageFailure(BaseModel):
    image_id: UUID
    name: str
    reason: str


class StageOut(BaseModel):
    """Where a batch is. What machines do is about the batch's last run through its present stage."""

    stage: Stage
    detector: DetectorOut | None
    images: StageImages
    masks: int = Field(description="Masks of the stage that no person has drawn; rejected ones do not count.")
    masks_per_image: float | None
    images_per_minute: float | None
    seconds_left: float | None
    failures: list[StageFailure] = Field(description="The first hundred.")
