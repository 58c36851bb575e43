"""Tables of projects and their batches of images."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now


class Stage(StrEnum):
    """The three stages of the data engine (SAM paper, section 4)."""

    ASSISTED_MANUAL = "assisted_manual"
    SEMI_AUTOMATIC = "semi_automatic"
    FULLY_AUTOMATIC = "fully_automatic"


class Project(Base):
    __tablename__ = "projects"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    settings: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # schemas.ProjectSettings; {}: defaults
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Batch(Base):
    __tablename__ = "batches"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str]
    stage: Mapped[Stage] = mapped_column(str_enum(Stage, "stage"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
