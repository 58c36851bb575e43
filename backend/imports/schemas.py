"""Imports of annotations on the wire."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from backend.core.paging import Cursor
from backend.jobs.models import JobState


class ImportedAs(StrEnum):
    """States that imported masks may have."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"


class ImportProblem(BaseModel):
    """Why an annotation, or all of an image's, was not imported."""

    where: str = Field(description="In the file, such as `annotation 17` or the name of an image.")
    reason: str


class ImportTarget(BaseModel):
    """A batch that annotations can be for."""

    id: UUID
    name: str
    image_count: int


class ImportFileOut(BaseModel):
    """What became of one file of an import."""

    name: str = Field(description="In the archive, or the import's own.")
    split: str | None = Field(description="train, val or test, where its name says so.")
    image_count: int = Field(description="Images that its masks are for.")
    added: int
    known: int = Field(description="Masks that an import has added before, or another file of this one.")
    refused: int
    note: str | None = Field(description="What else a person should know, such as what was left out.")


class AnnotationImportOut(BaseModel):
    id: UUID
    name: str = Field(description="Of the file.")
    batch_id: UUID
    batch_name: str
    mask_state: ImportedAs
    state: JobState
    progress: float | None = Field(description="0 to 1.")
    image_count: int = Field(description="Images that its masks are for, so far.")
    added: int
    known: int = Field(description="Masks that an import has added before.")
    refused: int
    files: list[ImportFileOut] = Field(description="A line a file of an archive, in its order.")
    error: str | None
    created_by_name: str | None
    created_at: datetime


class AnnotationImportPage(BaseModel):
    items: list[AnnotationImportOut] = Field(description="Newest first.")
    next: Cursor | None = Field(description="`after` of the next page; null: this is the last one.")
