"""Models on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


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
