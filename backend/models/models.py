"""Table of models."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now


class ModelState(StrEnum):
    CANDIDATE = "candidate"
    ACTIVE = "active"
    RETIRED = "retired"


_IS_ACTIVE = text("state = 'active'")


class Model(Base):
    """Weights with the decoder graph exported from them. Models with one encoder share their embeddings."""

    __tablename__ = "models"
    __table_args__ = (
        Index("uq_models_active", "state", unique=True, sqlite_where=_IS_ACTIVE, postgresql_where=_IS_ACTIVE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    family: Mapped[str]
    config: Mapped[dict[str, Any]] = mapped_column(JSON)  # ModelConfig.as_dict()
    encoder_digest: Mapped[str]
    decoder_digest: Mapped[str]
    weights_sha256: Mapped[str] = mapped_column(unique=True)  # of the file that was added or downloaded
    weights_key: Mapped[str]
    decoder_key: Mapped[str]
    decoder_manifest: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[ModelState] = mapped_column(str_enum(ModelState, "state"), default=ModelState.CANDIDATE)
    is_starter: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now, index=True)
