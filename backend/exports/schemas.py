"""Exports on the wire."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.core.paging import Cursor
from backend.exports.models import ExportFormat, Split, SplitGroup
from backend.images.models import WorkState
from backend.jobs.models import JobState
from backend.masks.models import MaskSource
from backend.projects.models import Stage


class ExportFilters(BaseModel):
    """Which accepted masks go into an export. A list that is empty leaves nothing out."""

    model_config = ConfigDict(extra="forbid")

    batch_ids: list[UUID] = Field(default=[], description="Of the masks' images.")
    stages: list[Stage] = Field(default=[], description="In which the masks were made.")
    sources: list[MaskSource] = []
    review_states: list[WorkState] = Field(default=[], description="Of the masks' images.")
    model_ids: list[UUID] = Field(default=[], description="With which the masks were made.")


class ExportQuery(ExportFilters):
    """The filters in an address, beside what else stands in it."""

    model_config = ConfigDict(extra="ignore")


class ExportSplit(BaseModel):
    """Shares of the images in percent. An image stays in its split whatever else is exported."""

    model_config = ConfigDict(extra="forbid")

    train: int = Field(ge=1, le=99)
    val: int = Field(ge=0, le=99)
    test: int = Field(default=0, ge=0, le=99)
    group_by: SplitGroup = Field(
        default=SplitGroup.IMAGE, description="Keep together each image, batch, or name prefix."
    )
    separator: str = Field(
        default="_",
        min_length=1,
        max_length=20,
        description="Ends the name prefix at its first occurrence; `/` groups by top folder.",
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.train + self.val + self.test
        if total != 100:
            raise ValueError(f"The shares of train, val and test must add up to 100; they add up to {total}.")
        return self

    @property
    def splits(self) -> list[Split]:
        """Those with a share."""
        return [split for split in Split if getattr(self, split.value)]


# Where an image that is listed without objects says that there are none; SA-1B has no such images.
LISTS_EMPTY_IMAGES = frozenset(ExportFormat) - {ExportFormat.SA1B}


class ExportIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: ExportFormat = ExportFormat.COCO
    filters: ExportFilters = ExportFilters()
    with_photos: bool = Field(default=False, description="The pictures that the masks refer to, too.")
    with_empty_images: bool | None = Field(
        default=None,
        description="Also images that people are through with and that have no mask: those submitted, in "
        "review or done, or in the states of the filter. Null: as is usual in the format, all but sa1b.",
    )
    split: ExportSplit | None = Field(default=None, description="Null: one set of all images.")

    @model_validator(mode="after")
    def _has_val(self) -> Self:
        if self.format == ExportFormat.YOLO and self.split and not self.split.val:
            raise ValueError("YOLO reads a val set for every training. Give val a share of 1 or more.")
        return self

    @property
    def has_empty_images(self) -> bool:
        if self.with_empty_images is None:
            return self.format in LISTS_EMPTY_IMAGES
        return self.with_empty_images


class ExportChoice(BaseModel):
    """A value to filter by, and how many masks it would leave in beside the other filters."""

    value: str
    name: str | None = Field(description="Of a batch or a model.")
    masks: int


class ExportPreview(BaseModel):
    """What an export with these filters would hold now."""

    image_count: int = Field(description="Images that have masks.")
    mask_count: int
    empty_image_count: int = Field(description="Images without masks that `with_empty_images` adds.")
    batch_ids: list[ExportChoice]
    stages: list[ExportChoice]
    sources: list[ExportChoice]
    review_states: list[ExportChoice]
    model_ids: list[ExportChoice]


class ExportOut(BaseModel):
    id: UUID
    format: ExportFormat
    filters: ExportFilters
    with_photos: bool
    with_empty_images: bool
    split: ExportSplit | None
    split_images: dict[Split, int] | None = Field(description="Images in each split, once it is done.")
    state: JobState
    progress: float | None = Field(description="0 to 1.")
    mask_count: int | None
    image_count: int | None = Field(description="Those without masks included.")
    empty_image_count: int | None
    size_bytes: int | None
    sha256: str | None = Field(description="Of the file.")
    error: str | None
    download_url: str | None
    file_name: str
    created_by_name: str | None
    created_at: datetime


class ExportPage(BaseModel):
    items: list[ExportOut] = Field(description="Newest first.")
    next: Cursor | None = Field(description="`after` of the next page; null: this is the last one.")


class ExportManifest(BaseModel):
    """What is in the file of an export; archives have it as manifest.json, too."""

    model_config = ConfigDict(extra="allow")

    maskloop_export: int
    format: ExportFormat
    created_at: datetime
    filters: ExportFilters
    counts: dict[str, int]
    categories: list[str]
    file_name: str
    size_bytes: int
    sha256: str
    split: dict[str, Any] | None = Field(default=None, description="Shares, groups, and what is in each.")
    photos: dict[str, Any] | None = Field(default=None, description="Where in the archive, and how many.")
    overlap: dict[str, Any] | None = Field(default=None, description="Of label maps.")
