"""Tables of images and their embeddings."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, utc_now


class Image(Base):
    """`width` and `height` are those of the picture, after orientation."""

    __tablename__ = "images"
    __table_args__ = (UniqueConstraint("batch_id", "sha256"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    width: Mapped[int]
    height: Mapped[int]
    original_key: Mapped[str]
    picture_key: Mapped[str]
    thumbnail_key: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)


class Embedding(Base):
    """One per content and encoder: the same photo in two batches is embedded once."""

    __tablename__ = "embeddings"

    image_sha256: Mapped[str] = mapped_column(primary_key=True)
    encoder_digest: Mapped[str] = mapped_column(primary_key=True)
    blob_key: Mapped[str]
    size_bytes: Mapped[int]
    compute_ms: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
