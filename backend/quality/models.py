"""Table of what comparing images with their originals gave."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, utc_now


class Comparison(Base):
    """Of one image of a second look or an audit. Made anew whenever that image is submitted."""

    __tablename__ = "comparisons"

    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id"), primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(
        ForeignKey("batches.id"), index=True
    )  # of the second look or audit
    ious: Mapped[list[float]] = mapped_column(JSON)  # of each pair of masks that belong together
    missed: Mapped[int]  # masks of the original without a counterpart
    added: Mapped[int]  # masks without a counterpart in the original
    compared_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
