"""Models on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.jobs.models import JobState


class DecoderOut(BaseModel):
    """The ONNX graphs that the browser runs at each click, in one file."""

    url: str
    sha256: str
    size_bytes: int


class ModelOut(BaseModel):
    id: UUID
    name: str
    family: str
    image_size: int = Field(description="Side of the model's square input in pixels.")
    grid: int = Field(description="Side of the image embedding in positions.")
    embedding_channels: int
    mask_threshold: float = Field(description="Logits above it are mask.")
    is_starter: bool
    encoder_digest: str
    decoder_digest: str
    decoder: DecoderOut
    notice: str | None = Field(description="What users of this model should know.")


class SourceQuality(BaseModel):
    """Of the held-out masks that were made in one way."""

    masks: int
    miou: dict[str, float] = Field(description="Mean IoU after so many clicks: 1, 3, 5.")
    noc85: float


class ModelQuality(BaseModel):
    """How good a model is at the held-out images, clicked by the rule of evaluation."""

    miou: dict[str, float] = Field(description="Mean IoU after so many clicks: 1, 3, 5.")
    noc85: float = Field(description="Mean clicks until an IoU of 0.85, 20 where it is not reached.")
    by_source: dict[str, SourceQuality]


class HeldOut(BaseModel):
    images: int
    masks: int


class RunMetrics(BaseModel):
    """Both models on the same masks."""

    held_out: HeldOut
    before: ModelQuality
    after: ModelQuality


class RegisteredModel(ModelOut):
    """A model with where it comes from, and what it was worth to the project's people."""

    project_id: UUID | None = Field(description="Whose it is; null: all projects share it.")
    parent_id: UUID | None
    parent_name: str | None
    run_id: UUID | None = Field(description="The training run that made it.")
    metrics: RunMetrics | None = Field(description="Of that run: it and its parent on the held-out images.")
    created_at: datetime
    is_active: bool = Field(description="The project works with it.")
    promoted_at: datetime | None = Field(description="When it was last put to use here.")
    promoted_by_name: str | None = Field(description="Null where a run's gate did it.")
    masks_made: int = Field(description="Accepted masks that people made with it here.")
    seconds_per_mask: float | None = Field(description="Mean active time of those.")
    clicks_per_mask: float | None


class PromotionIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=500)] = ""


class PromotionOut(BaseModel):
    """A change of the model that the project works with."""

    id: UUID
    model_id: UUID
    model_name: str
    previous_id: UUID | None
    previous_name: str | None
    promoted_by: UUID | None
    promoted_by_name: str | None = Field(description="Null where a run's gate did it.")
    reason: str
    promoted_at: datetime


class DownloadOut(BaseModel):
    """The job that brings a public model."""

    state: JobState
    bytes_done: int = Field(description="Of the file; all of them while it is checked and made ready.")
    moved_at: datetime = Field(description="When `bytes_done` or the state changed last.")
    error_code: str | None = Field(description="Such as `unreachable`, `wrong_file` or `disk_full`.")
    error: str | None


class PublicModelOut(BaseModel):
    """A checkpoint that can be downloaded."""

    name: str
    description: str
    file_name: str
    url: str
    sha256: str
    size_bytes: int
    licence: str
    image_size: int = Field(description="Side of the model's square input in pixels.")
    model_id: UUID | None = Field(description="Of the model that was made of it; null: it is not here yet.")
    seconds_per_photo: float | None = Field(
        description="To embed a photo on the present workers; null until they have embedded one."
    )
    is_measured: bool = Field(description="False: estimated from another model's time.")
    download: DownloadOut | None = Field(description="Unless it is here, or nobody has asked for it.")


class PublicModels(BaseModel):
    items: list[PublicModelOut]
    photos: int = Field(description="Of the project, to be embedded by a new encoder.")
    has_worker: bool = Field(description="A live worker takes downloads.")


class ReEmbedding(BaseModel):
    """What the project's photos take before a model works with them."""

    photos: int = Field(description="Without an embedding of the model's encoder.")
    seconds_per_photo: float | None = Field(
        description="On the present workers; null until they have embedded one photo."
    )
    is_measured: bool = Field(description="False: estimated from another model's time.")
