"""Retraining on the wire."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.models.schemas import RunMetrics
from backend.projects.models import Stage
from backend.training.models import Promote, RunState, Trains, Trigger

MOST_MINUTES = 7 * 24 * 60
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="HH:MM in UTC.")]
Minutes = Annotated[
    float, Field(gt=0, le=MOST_MINUTES, description="How long the training itself lasts, without the rest.")
]


class RuleIn(BaseModel):
    """When a stage starts a run by itself, and what its runs are like. Null: not for this reason."""

    model_config = ConfigDict(extra="forbid")

    every_masks: Annotated[int | None, Field(ge=1, description="New masks since the last run.")] = None
    every_hours: Annotated[
        float | None, Field(gt=0, description="Since the last run, where there are `least_masks` new ones.")
    ] = None
    least_masks: Annotated[int, Field(ge=1)] = 50
    on_entering: Annotated[bool, Field(description="When a batch enters the stage.")] = False
    quiet_from: TimeOfDay | None = None
    quiet_to: TimeOfDay | None = None
    trains: Trains = Trains.DECODER
    minutes: Minutes = 10.0
    promote: Promote = Promote.GATE
    margin: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="By which the new model's mean IoU at one click on the held-out images is higher.",
        ),
    ] = 0.0

    @model_validator(mode="after")
    def _quiet_hours_have_both_ends(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise ValueError("quiet hours need their beginning and their end")
        return self


class RuleOut(RuleIn):
    stage: Stage


class Outlook(BaseModel):
    """What would happen if the rule was looked at now."""

    stage: Stage
    new_masks: int = Field(description="Accepted or changed since the last run.")
    new_images: int = Field(description="That have them.")
    would_start: bool
    sentence: str


class RunIn(BaseModel):
    """What is left out is as the stage's rule says."""

    model_config = ConfigDict(extra="forbid")

    stage: Stage
    trains: Trains | None = None
    minutes: Minutes | None = None
    note: Annotated[str, Field(max_length=500)] = ""


class RunSettings(BaseModel):
    """As they were when the run was started."""

    trains: Trains
    minutes: float
    promote: Promote
    margin: float
    note: str = ""


class SnapshotOut(BaseModel):
    id: UUID
    digest: str = Field(description="SHA-256 of the manifest of images and masks.")
    image_count: int
    mask_count: int
    held_out_images: int
    held_out_masks: int
    created_at: datetime


class TrainingRunOut(BaseModel):
    id: UUID
    stage: Stage
    trigger: Trigger
    asked_by: UUID | None
    asked_by_name: str | None
    state: RunState
    snapshot: SnapshotOut | None
    parent_id: UUID
    parent_name: str
    model_id: UUID | None
    model_name: str | None
    settings: RunSettings
    metrics: RunMetrics | None
    verdict: str | None = Field(description="Why the new model was put to use, or not.")
    error: str | None
    progress: float = Field(description="0 to 1.")
    seconds_left: float | None
    precision: Literal["float32", "bfloat16"] | None = Field(description="That the run trains in.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class TrainingPointOut(BaseModel):
    step: int
    minutes: float
    loss: float
    iou_by_round: list[float] = Field(description="After each of the simulated annotator's prompts.")
