"""Masks on the wire."""

import math
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat

from backend.masks.models import MaskSource, MaskState
from backend.projects.models import Stage

MAX_COUNTS_CHARACTERS = 4_000_000  # some two million runs: no object that a person draws comes near
MAX_LOG_ENTRIES = 100_000
LOG_KINDS = (
    *("tool", "point", "move", "remove", "box", "answer", "choose", "finish", "stroke", "paint"),
    *("undo", "redo"),
)
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


class Effort(Wire):
    """How much was done to a mask, all its corrections together."""

    clicks: Count = 0
    boxes: Count = 0
    strokes: Count = 0
    edits: Count = Field(default=0, description="Outlines closed, holes filled and the like.")
    candidate_changes: Count = 0
    undos: Count = 0
    redos: Count = 0
    tool_ms: dict[str, Count] = Field(default_factory=dict, description="Active time in each tool.")


def _checked_entry(entry: list[Any]) -> list[Any]:
    match entry:
        case [int(ms), str(kind), *values] if ms >= 0 and kind in LOG_KINDS and all(map(_is_value, values)):
            return entry
    raise ValueError(
        f"an entry is milliseconds, one of {', '.join(LOG_KINDS)}, and numbers, texts and lists of numbers"
    )


def _is_value(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(number, int) for number in value)
    return isinstance(value, str) or (isinstance(value, int | float) and math.isfinite(value))


LogEntry = Annotated[list[Any], AfterValidator(_checked_entry)]


class MaskLogOut(Wire):
    """What was done to make one version of a mask, in order."""

    version: int
    entries: list[LogEntry]


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
    log: Annotated[list[LogEntry], Field(max_length=MAX_LOG_ENTRIES)] | None = Field(
        default=None, description="What was done to make it, in order (docs/formats.md). Kept as it is."
    )
    base_version: Version | None = Field(
        default=None, description="The version that this content replaces; null for a new mask."
    )


class MaskOut(MaskContent):
    id: UUID
    stage: Stage
    bbox: tuple[int, int, int, int] = Field(description="x, y, width, height in pixels.")
    area_px: int
    stability_score: float | None = Field(
        description="Of masks that machines made: how little they change with the threshold, from 0 to 1."
    )
    state: MaskState
    version: int
    effort: Effort | None = Field(description="null where no log was sent.")
    author_id: UUID | None = Field(description="Who made it; null for masks from before there were accounts.")
    author_name: str | None
    created_at: datetime
