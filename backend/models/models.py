"""Tables of models, and of which a project has worked with."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now


class ModelState(StrEnum):
    CANDIDATE = "candidate"
    ACTIVE = "active"
    RETIRED = "retired"


_IS_ACTIVE = text("state = 'active'")


class Model(Base):
    """Weights with the decoder graph exported from them. Models with one encoder share their embeddings.

    Those that a project has trained are its own; all others are there for every project.
    """

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
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("projects.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("models.id"))  # that it was trained from
    run_id: Mapped[UUID | None]  # of backend/training, which made it
    metrics: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # of that run
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now, index=True)


class Promotion(Base):
    """A change of the model that a project works with. Rows are only ever added."""

    __tablename__ = "promotions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id"))
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("models.id"))
    promoted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # None: the gate of a training
    reason: Mapped[str]
    promoted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
