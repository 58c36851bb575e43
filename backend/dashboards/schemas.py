"""The dashboard on the wire. Seconds are people's active time; medians are read off a histogram."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.batches.schemas import ImageCounts
from backend.jobs.models import JobKind, JobQueue
from backend.masks.models import MaskSource
from backend.projects.models import BatchKind, Stage

MeanSeconds = Annotated[
    float | None, Field(description="Mean active time of masks that cost a person time; null without any.")
]
MedianSeconds = Annotated[
    float | None, Field(description="Of the same masks, to about 2%: interpolated within a histogram.")
]
ClicksPerMask = Annotated[
    float | None, Field(description="Clicks and boxes of the same masks' prompts, per mask.")
]

MachineShare = Annotated[
    float | None,
    Field(description="Accepted masks that no person spent time on, of all accepted ones; 0 to 1."),
]


class Filters(BaseModel):
    """What figures are about, in an address beside what else stands there; what is empty leaves all in."""

    model_config = ConfigDict(extra="ignore")

    first_day: date | None = Field(default=None, alias="from", description="First day, in UTC.")
    last_day: date | None = Field(default=None, alias="to", description="Last day, in UTC.")
    batch: list[UUID] = Field(default=[], description="On images of these batches.")
    stage: list[Stage] = Field(default=[], description="Made in these stages.")
    author: list[UUID] = Field(default=[], description="Made by these people.")
    model: list[UUID] = Field(default=[], description="Made with these models.")


class Chart(StrEnum):
    """What can be had as CSV."""

    STAGES = "stages"
    DAYS = "days"
    SOURCES = "sources"
    MODELS = "models"
    ANNOTATORS = "annotators"
    AGREEMENT = "agreement"
    PROMOTIONS = "promotions"
    HOURS = "hours"
    FAILURES = "failures"
    STORAGE = "storage"


class Choice(BaseModel):
    id: UUID
    name: str


class ChoicesOut(BaseModel):
    """What can be filtered by, whatever is filtered by now."""

    batches: list[Choice]
    authors: list[Choice] = Field(description="Who has made masks.")
    models: list[Choice] = Field(description="Under which masks were made.")
    first_day: date | None = Field(description="Of any accepted mask, in UTC; null without any.")
    last_day: date | None


class StageFigures(BaseModel):
    stage: Stage
    images: ImageCounts = Field(description="Of batches that are in this stage now.")
    masks: int = Field(description="Accepted masks that were made in this stage.")
    proposals: int = Field(description="Proposed masks that nobody has judged yet.")
    masks_per_image: float | None = Field(description="On images that are submitted, in review or done.")
    mean_seconds: MeanSeconds
    median_seconds: MedianSeconds
    clicks_per_mask: ClicksPerMask
    machine_share: MachineShare


class TotalFigures(BaseModel):
    """All stages together."""

    masks: int = Field(description="Accepted ones.")
    proposals: int = Field(description="Proposed masks that nobody has judged yet.")
    mean_seconds: MeanSeconds
    median_seconds: MedianSeconds
    clicks_per_mask: ClicksPerMask
    machine_share: MachineShare


class DayFigures(BaseModel):
    """By the UTC day on which masks were accepted first, and images submitted last."""

    day: date
    masks: int
    images: int = Field(description="Finished that day.")
    mean_seconds: MeanSeconds
    median_seconds: MedianSeconds
    clicks_per_mask: ClicksPerMask
    sources: dict[MaskSource, int] = Field(description="The masks by source; those without any left out.")


class ModelFigures(BaseModel):
    """A model version that masks were made with, or that the project was put to."""

    id: UUID
    name: str
    is_starter: bool
    first_promoted_at: datetime | None = Field(description="In this project; null: never by a promotion.")
    masks: int
    timed_masks: int = Field(description="Of these, masks that cost a person time.")
    mean_seconds: MeanSeconds
    median_seconds: MedianSeconds
    clicks_per_mask: ClicksPerMask


class AnnotatorFigures(BaseModel):
    id: UUID
    name: str
    masks: int
    images: int = Field(description="That they submitted; each counts once.")
    hours: float = Field(description="Active time on these masks.")
    mean_seconds: MeanSeconds
    median_seconds: MedianSeconds
    clicks_per_mask: ClicksPerMask
    masks_per_hour: float | None = Field(description="Timed masks in an hour of active time.")


class SourceFigures(BaseModel):
    source: MaskSource
    masks: int


class ForecastOut(BaseModel):
    """When the images to do will be done at the pace of the last days."""

    images_left: int
    seconds_left: float | None = Field(description="Active time of people; null while it is not known.")
    images_per_day: float | None = Field(description="Mean of the last 7 days on which any was finished.")
    done_on: date | None


class Bin(BaseModel):
    """How many pairs have an IoU from `from` to below `to`; the last bin has 1 in it."""

    start: float = Field(serialization_alias="from")
    to: float
    masks: int


class AgreementOut(BaseModel):
    """Second looks, or audits: masks of people beside those of others, or beside the automatic ones."""

    kind: BatchKind = Field(description="`second_look` or `audit`.")
    compared: int = Field(description="Pairs of masks.")
    mean_iou: float | None
    share_075: float | None = Field(description="Pairs with an IoU above 0.75, of all; 0 to 1.")
    share_090: float | None
    histogram: list[Bin]


class PromotionFigures(BaseModel):
    """A change of the model that the project works with."""

    at: datetime
    model_id: UUID
    model: str
    previous: str | None
    by: str | None = Field(description="null: the gate of a training run.")
    reason: str


class DashboardOut(BaseModel):
    choices: ChoicesOut
    totals: TotalFigures
    stages: list[StageFigures]
    days: list[DayFigures] = Field(description="Those that have anything, in order.")
    models: list[ModelFigures] = Field(description="By first promotion, else by when they came.")
    annotators: list[AnnotatorFigures] = Field(description="By name.")
    sources: list[SourceFigures] = Field(description="Those with any masks, the most frequent first.")
    forecast: ForecastOut
    agreement: list[AgreementOut] = Field(description="Second looks and audits.")
    promotions: list[PromotionFigures] = Field(description="In order.")


class QueueFigures(BaseModel):
    queue: JobQueue
    queued: int
    running: int
    workers: int = Field(description="Alive ones that take work from it.")


class HourFigures(BaseModel):
    """Jobs of a kind that ended in an hour."""

    hour: datetime = Field(description="Its beginning.")
    kind: JobKind
    done: int
    failed: int
    mean_seconds: float | None = Field(description="From start to end of those that are done.")


class FailureFigures(BaseModel):
    """Failed jobs of a kind that tell the same reason."""

    kind: JobKind
    reason: str
    jobs: int
    last_at: datetime


class StorageFigures(BaseModel):
    what: str = Field(
        description="photos, pictures, embeddings, models, exports, training, imports or other."
    )
    bytes: int


class DiskOut(BaseModel):
    free_bytes: int
    total_bytes: int


class MachinesOut(BaseModel):
    queues: list[QueueFigures]
    hours: list[HourFigures] = Field(description="Of the last 24 hours, in order; those that have anything.")
    failures: list[FailureFigures] = Field(description="The latest first.")
    storage: list[StorageFigures] = Field(description="Of all projects together.")
    disk: DiskOut | None = Field(description="Where blobs are kept; null where that has no end, as in S3.")
