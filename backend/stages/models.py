"""Tables of what machines do in the second and third stage."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now
from backend.projects.models import Stage


class Detector(Base):
    """Finds boxes of objects in the embeddings of one encoder. Its weights are there when it is trained."""

    __tablename__ = "detectors"
    __table_args__ = (UniqueConstraint("encoder_digest", "training_digest"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    # Always there; SQLite adds no column that refers to a table and must not be null.
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True, nullable=True)
    encoder_digest: Mapped[str]
    training_digest: Mapped[str]  # of the project, and the boxes that it learns from
    image_count: Mapped[int]
    mask_count: Mapped[int]
    train_minutes: Mapped[float]
    weights_key: Mapped[str | None]
    weights_sha256: Mapped[str | None]
    held_out_masks: Mapped[int | None]  # which it did not learn from
    recall: Mapped[float | None]  # share of them that one of its 100 boxes overlaps with an IoU of 0.5
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class StageRun(Base):
    """A batch goes through a stage once: a job for each of its open images, of which the run is `part_of`.

    `detector_id` is that of the semi-automatic stage.
    """

    __tablename__ = "stage_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"), index=True)
    stage: Mapped[Stage] = mapped_column(str_enum(Stage, "stage"))
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id"))
    detector_id: Mapped[UUID | None] = mapped_column(ForeignKey("detectors.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
