"""The rules of exports: what goes into a file, and when the file counts as right."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import IO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import session_scope, utc_now
from backend.core.errors import Conflict, NotFound
from backend.exports import writer
from backend.exports.models import Export, ExportFormat
from backend.exports.schemas import ExportOut
from backend.exports.writer import MaskRow, Totals
from backend.jobs import service as jobs
from backend.jobs.models import Job, JobKind, JobQueue, JobState
from backend.masks import rle
from backend.masks import service as masks
from backend.projects import service as projects

PROGRESS_EVERY = 2000  # masks


class ExportError(Exception):
    """The file that was written is not what the database holds; the message says where they differ."""


def request_export(session: Session, format_: ExportFormat) -> Export:
    """A new export with its job queued."""
    export = Export(format=format_)
    session.add(export)
    session.flush()
    jobs.enqueue(session, JobKind.EXPORT, str(export.id), JobQueue.IO)
    return export


def get_export(session: Session, export_id: UUID) -> Export:
    """Raises NotFound (export_not_found)."""
    export = session.get(Export, export_id)
    if export is None:
        raise NotFound("export", export_id)
    return export


def changed_since(session: Session, since: datetime) -> Sequence[Export]:
    """Exports whose job is new or moved."""
    moved = select(Job.subject).where(Job.kind == JobKind.EXPORT, Job.updated_at >= since)
    ids = [UUID(subject) for subject in session.scalars(moved)]
    return session.scalars(select(Export).where(Export.id.in_(ids)).order_by(Export.created_at)).all()


def to_out(session: Session, export: Export) -> ExportOut:
    job = jobs.find(session, JobKind.EXPORT, str(export.id))
    if job is None:
        raise LookupError(f"export {export.id} has no job")
    return ExportOut(
        id=export.id,
        format=export.format,
        state=job.state,
        progress=job.progress,
        mask_count=export.mask_count,
        image_count=export.image_count,
        size_bytes=export.size_bytes,
        error=job.error,
        download_url=f"/api/exports/{export.id}/file" if job.state == JobState.DONE else None,
        created_at=export.created_at,
    )


def finished_file(export: Export) -> str:
    """Storage key of the export's file. Raises Conflict (export_not_ready)."""
    if export.blob_key is None:
        raise Conflict("export_not_ready", "This export has no file: it is not done, or it failed.")
    return export.blob_key


def file_name(export: Export) -> str:
    return f"maskloop-{export.format.value}-{export.created_at:%Y%m%d-%H%M%S}.json"


def write_export(
    sessions: sessionmaker[Session], file: IO[bytes], on_progress: Callable[[float], None]
) -> Totals:
    """Writes all accepted masks to `file`, open for writing and reading, and checks what was written.

    Raises ExportError when the file does not hold the masks and pixels that the database says.
    """
    with session_scope(sessions, read_only=True) as session:
        masks.read_one_snapshot(session)
        expected = Totals(*masks.accepted_totals(session))
        rows = (
            MaskRow(
                id=mask.id,
                image_id=image.id,
                image_name=image.name,
                height=mask.height,
                width=mask.width,
                rle_counts=mask.rle_counts,
                area_px=mask.area_px,
                bbox=(mask.bbox_x, mask.bbox_y, mask.bbox_w, mask.bbox_h),
                active_ms=mask.active_ms,
                predicted_iou=mask.predicted_iou,
                stage=mask.stage.value,
                source=mask.source.value,
                label_id=mask.label_id,
            )
            for mask, image in masks.stream_accepted(session)
        )
        counted = _report_progress(rows, expected.masks, on_progress)
        labels = projects.show_project(session).labels
        writer.write_coco(file, counted, labels=labels, created_at=utc_now())
    file.seek(0)
    _check(file, expected)
    return expected


def keep_file(session: Session, export_id: UUID, blob_key: str, totals: Totals, size_bytes: int) -> bool:
    """Notes the finished file; False when another run of the same job was faster and its file stays."""
    export = session.get(Export, export_id, with_for_update=True)
    if export is None or export.blob_key is not None:
        return False
    export.blob_key = blob_key
    export.mask_count = totals.masks
    export.image_count = totals.images
    export.size_bytes = size_bytes
    return True


def _check(file: IO[bytes], expected: Totals) -> None:
    try:
        written = writer.read_totals(file)
    except rle.RleError as error:
        raise ExportError(f"A mask in the written file does not decode. {error}") from error
    if written != expected:
        raise ExportError(
            f"The written file has {written.masks} masks with {written.area_px} pixels on {written.images} "
            f"images; the database has {expected.masks}, {expected.area_px} and {expected.images}."
        )


def _report_progress(
    rows: Iterator[MaskRow], total: int, on_progress: Callable[[float], None]
) -> Iterator[MaskRow]:
    for number, row in enumerate(rows):
        if number % PROGRESS_EVERY == 0:
            on_progress(number / total)
        yield row
