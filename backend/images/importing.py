"""Importing files: each gets its own verdict, good ones are imported whole, bad ones leave nothing behind."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import session_scope
from backend.core.storage import Storage
from backend.images import service
from backend.images.archives import files_of
from backend.images.models import Image
from backend.images.pictures import FileRefusedError, Picture, read_picture
from backend.images.schemas import FileVerdict, ImportReport, Verdict
from backend.layouts.names import tidied
from backend.models import service as models
from backend.projects import service as projects
from backend.settings import Settings
from backend.stages import service as stages


@dataclass(frozen=True)
class Upload:
    """A file as it came; `file` is open for reading."""

    name: str  # with the folders that it came in
    file: IO[bytes]


def import_uploads(
    sessions: sessionmaker[Session],
    storage: Storage,
    settings: Settings,
    uploads: Iterable[Upload],
    project_id: UUID,
    *,
    batch_id: UUID | None = None,
) -> ImportReport:
    """Imports images and archives of images into a batch of the project, by default its oldest; embeds them.

    Raises NotFound (batch_not_found) and Conflict (not_for_images).
    """
    verdicts = list(import_each(sessions, storage, settings, uploads, project_id, batch_id=batch_id))
    counts = Counter(verdict.verdict for verdict in verdicts)
    return ImportReport(
        imported=counts[Verdict.IMPORTED],
        duplicates=counts[Verdict.DUPLICATE],
        refused=counts[Verdict.REFUSED],
        files=verdicts,
    )


def import_each(
    sessions: sessionmaker[Session],
    storage: Storage,
    settings: Settings,
    uploads: Iterable[Upload],
    project_id: UUID,
    *,
    batch_id: UUID | None = None,
) -> Iterator[FileVerdict]:
    """One verdict per file, as soon as it is there; every file is committed by itself."""
    with session_scope(sessions) as session:
        batch_id = projects.batch_for_images(session, project_id, batch_id).id
    for upload in uploads:
        for found in files_of(upload.name, upload.file, max_file_bytes=settings.max_file_bytes):
            try:
                if isinstance(found.content, FileRefusedError):
                    raise found.content
                yield _import_file(sessions, storage, settings, batch_id, found.name, found.content)
            except FileRefusedError as refusal:
                yield FileVerdict(
                    name=found.name, verdict=Verdict.REFUSED, code=refusal.code, reason=refusal.reason
                )


def _import_file(
    sessions: sessionmaker[Session],
    storage: Storage,
    settings: Settings,
    batch_id: UUID,
    name: str,
    data: bytes,
) -> FileVerdict:
    sha256 = hashlib.sha256(data).hexdigest()
    with session_scope(sessions, read_only=True) as session:
        if present := service.find_by_content(session, batch_id, sha256):
            return _duplicate(name, present)

    picture = read_picture(data, max_pixels=settings.max_image_pixels)  # slow: no transaction is open
    image = _stored(storage, data, sha256, picture)
    image.batch_id = batch_id
    image.name = tidied(name)
    try:
        with session_scope(sessions) as session:
            session.add(image)
            project_id = projects.project_of_batch(session, batch_id)
            if model := models.active_in(session, project_id):
                service.request_embedding(session, sha256, model.encoder_digest, project_id)
            session.flush()
            stages.join_run(session, image)
    except IntegrityError:  # the same file came in twice at the same time
        with session_scope(sessions, read_only=True) as session:
            present = service.find_by_content(session, batch_id, sha256)
        if present is None:
            raise
        return _duplicate(name, present)
    return FileVerdict(name=name, verdict=Verdict.IMPORTED, image_id=image.id)


def _stored(storage: Storage, data: bytes, sha256: str, picture: Picture) -> Image:
    """The blobs come before the row: a crash in between leaves files that nobody refers to, not gaps."""
    path = f"{sha256[:2]}/{sha256}"
    original_key, thumbnail_key = f"originals/{path}", f"thumbnails/{path}.jpg"
    storage.put(original_key, data)
    storage.put(thumbnail_key, picture.thumbnail)
    picture_key = original_key
    if picture.rendition is not None:
        picture_key = f"pictures/{path}.png"
        storage.put(picture_key, picture.rendition)
    return Image(
        sha256=sha256,
        width=picture.width,
        height=picture.height,
        original_key=original_key,
        picture_key=picture_key,
        thumbnail_key=thumbnail_key,
    )


def _duplicate(name: str, present: Image) -> FileVerdict:
    reason = f"The same file was imported as {present.name}."
    return FileVerdict(name=name, verdict=Verdict.DUPLICATE, reason=reason, image_id=present.id)
