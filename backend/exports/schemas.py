"""Exports on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from backend.exports.models import ExportFormat
from backend.jobs.models import JobState


class ExportIn(BaseModel):
    format: ExportFormat = ExportFormat.COCO


class ExportOut(BaseModel):
    id: UUID
    format: ExportFormat
    state: JobState
    progress: float | None = Field(description="0 to 1.")
    mask_count: int | None
    image_count: int | None
    size_bytes: int | None
    error: str | None
    download_url: str | None
    created_at: datetime
