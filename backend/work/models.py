"""Table of what was decided about images, decision by decision."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now
from backend.images.models import MAX_HOLDER_CHARACTERS, WorkState


class Transition(Base):
    """One change of an image's state. Rows are only ever added; the present state is the image's own."""

    __tablename__ = "work_transitions"
    __table_args__ = (Index("ix_work_transitions_image_id_at", "image_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id"))
    from_state: Mapped[WorkState] = mapped_column(str_enum(WorkState, "from_state"))
    to_state: Mapped[WorkState] = mapped_column(str_enum(WorkState, "to_state"))
    note: Mapped[str | None]
    by: Mapped[str] = mapped_column(String(MAX_HOLDER_CHARACTERS))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
