"""Masks on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from backend.masks.models import MaskSource, MaskState
from backend.projects.models import Stage

MAX_COUNTS_CHARACTERS = 4_000_000  # some two million runs: no object that a person draws comes near
MAX_INTEGER = 2**31 - 1  # of the database's integer columns

Pixels = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
Version = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RleSchema(Wire):
    """A bitmap in COCO's compressed run-length encoding."""

    size: tuple[Pixels, Pixels] = Field(description="Height and width in pixels.")
    counts: Annotated[str, Field(max_length=MAX_COUNTS_CHARACTERS)]


class Point(Wire):
    x: FiniteFloat
    y: FiniteFloat
    label: Literal[0, 1] = Field(description="1 foreground, 0 background.")


class Strokes(Wire):
    brush: Count
    erase: Count


class Prompts(Wire):
    """What the annotator did: clicks and a box in pixels of the image, and how many strokes of each kind."""

    points: Annotated[list[Point], Field(max_length=10_000)]
    box: tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat] | None = Field(
        default=None, description="Left, top, right, bottom."
    )
    candidate: Annotated[int, Field(ge=0, le=2)] | None = Field(
        default=None, description="Which of the three candidates for an ambiguous prompt was taken."
    )
    strokes: Strokes


class MaskContent(Wire):
    """What the client decides."""

    image_id: UUID
    rle: RleSchema
    active_ms: Count = Field(description="Time spent on this mask, idle stretches not counted.")
    source: MaskSource
    model_id: UUID | None
    predicted_iou: FiniteFloat | None
    prompts: Prompts
    label_id: UUID | None
    locked: bool = Field(description="Neither cut, changed nor deleted on the page.")


class MaskIn(MaskContent):
    label_id: UUID | None = None
    locked: bool = False
    base_version: Version | None = Field(
        default=None, description="The version that this content replaces; null for a new mask."
    )


class MaskOut(MaskContent):
    id: UUID
    stage: Stage
    bbox: tuple[int, int, int, int] = Field(description="x, y, width, height in pixels.")
    area_px: int
    state: MaskState
    version: int
    created_at: datetime
