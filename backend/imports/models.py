"""Tables of imports of annotations. Whether one is done stands in its job, whose subject is its id."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.database import Base, UtcDateTime, str_enum, utc_now
from backend.masks.models import MaskState


class AnnotationImport(Base):
    """A file of annotations for the images of a batch."""

    __tablename__ = "annotation_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]  # of the file
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    mask_state: Mapped[MaskState] = mapped_column(str_enum(MaskState, "mask_state"))  # of what it adds
    blob_key: Mapped[str]  # of the file; it is deleted when the import is done
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)


class AnnotationImportImage(Base):
    """What became of one image of the file: written with its masks, so that a later run goes on behind it."""

    __tablename__ = "annotation_import_images"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("annotation_imports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # in the file
    name: Mapped[str]  # as the file has it
    image_id: Mapped[UUID | None] = mapped_column(ForeignKey("images.id"))
    added: Mapped[int]
    file: Mapped[str | None]  # of an archive, or the import's own
    split: Mapped[str | None] = mapped_column(String(8))  # train, val or test, where the file's name says so
    note: Mapped[str | None]  # what a person should know of the file, where it is no single image's
    known: Mapped[int]  # masks that an import has added before
    refused: Mapped[int]
    problems: Mapped[list[Any]] = mapped_column(JSON)  # of schemas.ImportProblem
