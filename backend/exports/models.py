"""Table of exports. Whether one is done stands in its job, whose subject is the export's id."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now


class ExportFormat(StrEnum):
    COCO = "coco"


class Export(Base):
    __tablename__ = "exports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    format: Mapped[ExportFormat] = mapped_column(str_enum(ExportFormat, "format"))
    blob_key: Mapped[str | None]
    mask_count: Mapped[int | None]
    image_count: Mapped[int | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
