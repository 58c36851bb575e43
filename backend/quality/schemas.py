"""Agreement and audits on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MOST_AUDITED = 5000
PAPERS_SAMPLE = 500  # images that the SAM paper's authors drew (arXiv 2304.02643, section 5)


class EstimateOut(BaseModel):
    """A figure from 0 to 1 with its 95% confidence interval."""

    value: float
    low: float
    high: float


class AuditIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    images: Annotated[int, Field(ge=1, le=MOST_AUDITED)] = PAPERS_SAMPLE


class WorstImage(BaseModel):
    """An image with much disagreement; `original_id` is what it was compared with."""

    image_id: UUID
    original_id: UUID | None
    name: str
    mean_iou: float | None
    missed: int
    added: int


class QualityOut(BaseModel):
    """How a second look or an audit agrees with the images it was made from.

    In a second look, masks of two people are paired; in an audit, each automatic mask with what people made
    of it, a deleted one counting as 0.
    """

    batch_id: UUID
    name: str
    parent_id: UUID | None
    created_at: datetime
    images: int
    compared: int = Field(description="Images that are submitted.")
    pairs: int
    missed: int = Field(description="Masks of the original that have no counterpart.")
    added: int = Field(description="Masks that have no counterpart in the original.")
    mean_iou: EstimateOut | None
    above_75: EstimateOut | None
    above_90: EstimateOut | None
    worst: list[WorstImage]


class Quality(BaseModel):
    second_looks: list[QualityOut]
    audits: list[QualityOut]
