"""Table of exports. Whether one is done stands in its job, whose subject is the export's id."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now


class ExportFormat(StrEnum):
    COCO = "coco"  # masks as RLE
    COCO_POLYGONS = "coco_polygons"
    SA1B = "sa1b"
    PNG = "png"
    YOLO = "yolo"


class Split(StrEnum):
    TRAIN = "train"
    VAL = "val"
    TEST = "test"


class SplitGroup(StrEnum):
    """What is never divided between splits."""

    IMAGE = "image"
    BATCH = "batch"
    PREFIX = "prefix"  # images whose names begin alike


class Export(Base):
    __tablename__ = "exports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    # Always there; SQLite adds no column that refers to a table and must not be null.
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True, nullable=True)
    format: Mapped[ExportFormat] = mapped_column(str_enum(ExportFormat, "format"))
    with_photos: Mapped[bool] = mapped_column(default=False)
    with_empty_images: Mapped[bool] = mapped_column(default=False)
    filters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # schemas.ExportFilters
    split: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # schemas.ExportSplit
    blob_key: Mapped[str | None]
    mask_count: Mapped[int | None]
    image_count: Mapped[int | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]  # of the file
    manifest: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
