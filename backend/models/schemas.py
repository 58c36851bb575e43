"""Models on the wire."""

from datetime import datetime
from typing import Annotated, Any
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


class RegisteredModel(ModelOut):
    """A model with where it comes from, and what it was worth to the project's people."""

    project_id: UUID | None = Field(description="Whose it is; null: all projects share it.")
    parent_id: UUID | None
    parent_name: str | None
    run_id: UUID | None = Field(description="The training run that made it.")
    metrics: dict[str, Any] | None = Field(description="Of that run: both models on the held-out images.")
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
