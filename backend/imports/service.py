"""The rules of imports of annotations: asked for, listed, tried again, forgotten."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import IO
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, NotFound
from backend.core.paging import Place, cut
from backend.core.storage import CHUNK_BYTES, Storage
from backend.images.models import Image
from backend.imports.models import AnnotationImport, AnnotationImportImage
from backend.imports.schemas import (
    AnnotationImportOut,
    AnnotationImportPage,
    ImportedAs,
    ImportFileOut,
    ImportProblem,
    ImportTarget,
)
from backend.jobs import service as jobs
from backend.jobs.models import JobKind, JobQueue, JobState
from backend.masks.models import MaskState
from backend.projects import service as projects
from backend.projects.models import Batch, BatchKind
from backend.users import service as users

MAX_PROBLEMS = 1000  # told at once


def list_targets(session: Session, project_id: UUID) -> list[ImportTarget]:
    """Batches of work, which alone are exported again."""
    batches = (
        select(Batch.id, Batch.name, func.count(Image.id))
        .outerjoin(Image, Image.batch_id == Batch.id)
        .where(Batch.project_id == project_id, Batch.kind == BatchKind.WORK)
        .group_by(Batch.id, Batch.name, Batch.created_at)
        .order_by(Batch.created_at, Batch.id)
    )
    return [
        ImportTarget(id=id_, name=name, image_count=count) for id_, name, count in session.execute(batches)
    ]


def store_file(storage: Storage, file: IO[bytes]) -> tuple[str, int]:
    """Keeps the file until its import is done; its key and size. It comes before the row that names it."""
    key, size_bytes = f"imports/{uuid4()}", 0
    with storage.writing(key) as blob:
        while chunk := file.read(CHUNK_BYTES):
            size_bytes += len(chunk)
            blob.write(chunk)
    return key, size_bytes


def add_import(
    session: Session,
    project_id: UUID,
    *,
    name: str,
    batch_id: UUID,
    imported_as: ImportedAs,
    blob_key: str,
    size_bytes: int,
    by: UUID | None,
) -> AnnotationImport:
    """A new import, not queued yet. Raises NotFound (batch_not_found) and Conflict (not_for_images)."""
    projects.batch_for_images(session, project_id, batch_id)
    wanted = AnnotationImport(
        name=name,
        batch_id=batch_id,
        mask_state=MaskState(imported_as),
        blob_key=blob_key,
        size_bytes=size_bytes,
        created_by=by,
    )
    session.add(wanted)
    session.flush()
    return wanted


def queue_import(session: Session, project_id: UUID, wanted: AnnotationImport) -> None:
    jobs.enqueue(session, JobKind.IMPORT_ANNOTATIONS, str(wanted.id), JobQueue.IO, project_id=project_id)


def get_import(session: Session, import_id: UUID) -> AnnotationImport:
    """Raises NotFound (import_not_found)."""
    wanted = session.get(AnnotationImport, import_id)
    if wanted is None:
        raise NotFound("import", import_id)
    return wanted


def list_imports(
    session: Session, project_id: UUID, *, after: str | None, limit: int
) -> AnnotationImportPage:
    """`limit` imports of a project, newest first, behind `after`."""
    newest = (
        select(AnnotationImport)
        .where(AnnotationImport.batch_id.in_(projects.batches_of(project_id)))
        .order_by(AnnotationImport.created_at.desc(), AnnotationImport.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        newest = newest.where(Place.read(after).rows_ahead(AnnotationImport.created_at, AnnotationImport.id))
    found = session.scalars(newest).all()
    page, following = cut(found, limit, lambda wanted: (wanted.created_at, wanted.id))
    return AnnotationImportPage(items=show_imports(session, page), next=following)


def changes_since(session: Session, since: datetime) -> list[tuple[UUID, datetime]]:
    """Imports whose job is new or moved, each with the time of it."""
    return jobs.moved_since(session, JobKind.IMPORT_ANNOTATIONS, since)


def show_by_id(session: Session, import_ids: Collection[UUID]) -> list[tuple[UUID, AnnotationImportOut]]:
    """Each with its project's id."""
    found = session.scalars(select(AnnotationImport).where(AnnotationImport.id.in_(import_ids))).all()
    return [(projects.project_of_batch(session, out.batch_id), out) for out in show_imports(session, found)]


def problems_of(session: Session, import_id: UUID) -> list[ImportProblem]:
    """Why annotations were not imported, in the file's order; the first thousand. Raises NotFound."""
    get_import(session, import_id)
    lists = select(AnnotationImportImage.problems).where(
        AnnotationImportImage.import_id == import_id, AnnotationImportImage.refused > 0
    )
    problems: list[ImportProblem] = []
    for of_image in session.scalars(lists.order_by(AnnotationImportImage.number)):
        problems += [ImportProblem.model_validate(problem) for problem in of_image]
        if len(problems) >= MAX_PROBLEMS:
            break
    return problems[:MAX_PROBLEMS]


def retry_import(session: Session, import_id: UUID) -> AnnotationImport:
    """Queues a failed import again, which goes on where it stopped; another one stays as it is."""
    wanted = get_import(session, import_id)
    job = jobs.find(session, JobKind.IMPORT_ANNOTATIONS, str(wanted.id))
    if job is not None:
        jobs.retry(session, job)
    return wanted


def delete_import(session: Session, import_id: UUID) -> str:
    """Forgets an import with its report; the key of its file, which goes after the commit. Its masks stay.

    Raises Conflict (import_running).
    """
    wanted = get_import(session, import_id)
    job = jobs.find(session, JobKind.IMPORT_ANNOTATIONS, str(wanted.id))
    if job is not None and job.state == JobState.RUNNING:
        raise Conflict("import_running", "This import is at work. Wait until it is done.")
    jobs.forget(session, JobKind.IMPORT_ANNOTATIONS, str(wanted.id))
    forget_import(session, wanted)
    return wanted.blob_key


def forget_import(session: Session, wanted: AnnotationImport) -> None:
    session.execute(delete(AnnotationImportImage).where(AnnotationImportImage.import_id == wanted.id))
    session.execute(delete(AnnotationImport).where(AnnotationImport.id == wanted.id))


def show_imports(session: Session, imports: Sequence[AnnotationImport]) -> list[AnnotationImportOut]:
    names = users.names_by_id(session, [wanted.created_by for wanted in imports])
    named = select(Batch.id, Batch.name).where(Batch.id.in_([wanted.batch_id for wanted in imports]))
    batches = {id_: name for id_, name in session.execute(named)}
    found = jobs.find_all(session, JobKind.IMPORT_ANNOTATIONS, [str(wanted.id) for wanted in imports])
    counts = count_outcomes(session, [wanted.id for wanted in imports])
    files = files_of(session, [wanted.id for wanted in imports])
    return [
        AnnotationImportOut(
            id=wanted.id,
            name=wanted.name,
            batch_id=wanted.batch_id,
            batch_name=batches[wanted.batch_id],
            mask_state=ImportedAs(wanted.mask_state),
            state=job.state,
            progress=job.progress,
            error=job.error,
            created_by_name=names.get(str(wanted.created_by)),
            created_at=wanted.created_at,
            files=files.get(wanted.id, []),
            **counts.get(wanted.id, NOTHING_YET),
        )
        for wanted in imports
        if (job := found.get(str(wanted.id)))
    ]


def show_import(session: Session, wanted: AnnotationImport) -> AnnotationImportOut:
    [out] = show_imports(session, [wanted])
    return out


NOTHING_YET = {"image_count": 0, "added": 0, "known": 0, "refused": 0}


def count_outcomes(session: Session, import_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """By import: the images that its annotations are for, so far, and what became of these."""
    row = AnnotationImportImage
    counted = (
        select(
            row.import_id,
            func.count(row.image_id),
            func.sum(row.added),
            func.sum(row.known),
            func.sum(row.refused),
        )
        .where(row.import_id.in_(import_ids))
        .group_by(row.import_id)
    )
    return {
        import_id: {
            "image_count": images,
            "added": int(added),
            "known": int(known),
            "refused": int(refused),
        }
        for import_id, images, added, known, refused in session.execute(counted)
    }


def files_of(session: Session, import_ids: Sequence[UUID]) -> dict[UUID, list[ImportFileOut]]:
    """By import: its files in their order, so far, each with what became of its masks."""
    row = AnnotationImportImage
    counted = (
        select(
            row.import_id,
            row.file,
            func.max(row.split),
            func.count(row.image_id),
            func.sum(row.added),
            func.sum(row.known),
            func.sum(row.refused),
            func.max(row.note),
        )
        .where(row.import_id.in_(import_ids), row.file.is_not(None))
        .group_by(row.import_id, row.file)
        .order_by(func.min(row.number))
    )
    files: dict[UUID, list[ImportFileOut]] = {}
    for import_id, name, split, images, added, known, refused, note in session.execute(counted):
        files.setdefault(import_id, []).append(
            ImportFileOut(
                name=name,
                split=split,
                image_count=images,
                added=int(added),
                known=int(known),
                refused=int(refused),
                note=note,
            )
        )
    return files


def forget_images(session: Session, which: ColumnElement[bool]) -> None:
    """Before images are deleted: reports keep their names."""
    images = select(Image.id).where(which).scalar_subquery()
    session.execute(
        update(AnnotationImportImage)
        .where(AnnotationImportImage.image_id.in_(images))
        .values(image_id=None)
        .execution_options(synchronize_session=False)
    )


def forget_batch(session: Session, batch_id: UUID) -> None:
    """Before a batch is deleted: its imports go with it, and one that still runs ends."""
    imports = select(AnnotationImport.id).where(AnnotationImport.batch_id == batch_id).scalar_subquery()
    for statement in (
        delete(AnnotationImportImage).where(AnnotationImportImage.import_id.in_(imports)),
        delete(AnnotationImport).where(AnnotationImport.batch_id == batch_id),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
