"""The rules of exports: asked for, listed, tried again, deleted; a file counts when it is kept."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, NotFound
from backend.core.paging import Place, cut
from backend.exports.models import Export
from backend.exports.schemas import (
    ExportFilters,
    ExportIn,
    ExportManifest,
    ExportOut,
    ExportPage,
    ExportSplit,
)
from backend.exports.writing import Written, is_one_file
from backend.jobs import service as jobs
from backend.jobs.models import Job, JobKind, JobQueue, JobState
from backend.users import service as users


def request_export(session: Session, project_id: UUID, wanted: ExportIn, *, by: UUID | None) -> Export:
    """A new export with its job queued."""
    export = Export(
        project_id=project_id,
        format=wanted.format,
        with_photos=wanted.with_photos,
        with_empty_images=wanted.has_empty_images,
        filters=wanted.filters.model_dump(mode="json"),
        split=wanted.split.model_dump(mode="json") if wanted.split else None,
        created_by=by,
    )
    session.add(export)
    session.flush()
    jobs.enqueue(session, JobKind.EXPORT, str(export.id), JobQueue.IO, project_id=project_id)
    return export


def get_export(session: Session, export_id: UUID) -> Export:
    """Raises NotFound (export_not_found)."""
    export = session.get(Export, export_id)
    if export is None:
        raise NotFound("export", export_id)
    return export


def list_exports(session: Session, project_id: UUID, *, after: str | None, limit: int) -> ExportPage:
    """`limit` exports of a project, newest first, behind `after`."""
    newest = select(Export).where(Export.project_id == project_id)
    newest = newest.order_by(Export.created_at.desc(), Export.id.desc()).limit(limit + 1)
    if after is not None:
        newest = newest.where(Place.read(after).rows_ahead(Export.created_at, Export.id))
    found = session.scalars(newest).all()
    page, following = cut(found, limit, lambda export: (export.created_at, export.id))
    return ExportPage(items=show_exports(session, page), next=following)


def changes_since(session: Session, since: datetime) -> list[tuple[UUID, datetime]]:
    """Exports whose job is new or moved, each with the time of it."""
    return jobs.moved_since(session, JobKind.EXPORT, since)


def show_by_id(session: Session, export_ids: Collection[UUID]) -> list[tuple[UUID, ExportOut]]:
    """Each with its project's id."""
    exports = select(Export).where(Export.id.in_(export_ids)).order_by(Export.created_at)
    found = session.scalars(exports).all()
    project_ids = {export.id: export.project_id for export in found}
    return [(project_ids[out.id], out) for out in show_exports(session, found)]


def retry_export(session: Session, export_id: UUID) -> Export:
    """Queues a failed export again; another one stays as it is."""
    export = get_export(session, export_id)
    job = jobs.find(session, JobKind.EXPORT, str(export.id))
    if job is not None:
        jobs.retry(session, job)
    return export


def wanted_by(export: Export) -> ExportIn:
    return ExportIn(
        format=export.format,
        filters=ExportFilters.model_validate(export.filters),
        with_photos=export.with_photos,
        with_empty_images=export.with_empty_images,
        split=ExportSplit.model_validate(export.split) if export.split else None,
    )


def folder_of(export_id: UUID) -> str:
    """Storage key of the folder with all that an export has."""
    return f"exports/{export_id}"


def parts_of(export_id: UUID) -> str:
    """Storage key of the folder with the parts of an export that is not done."""
    return f"{folder_of(export_id)}/parts"


def delete_export(session: Session, export_id: UUID) -> str:
    """Deletes an export; the key of its folder, which goes after the commit.

    A run at work on it stops at its next step and leaves nothing.
    """
    export = session.get(Export, export_id, with_for_update=True)
    if export is None:
        raise NotFound("export", export_id)
    jobs.forget(session, JobKind.EXPORT, str(export.id))
    session.delete(export)
    return folder_of(export_id)


def show_exports(session: Session, exports: Sequence[Export]) -> list[ExportOut]:
    names = users.names_by_id(session, [export.created_by for export in exports])
    found = jobs.find_all(session, JobKind.EXPORT, [str(export.id) for export in exports])
    return [
        _to_out(export, found[str(export.id)], names.get(str(export.created_by)))
        for export in exports
        if str(export.id) in found
    ]


def show_export(session: Session, export: Export) -> ExportOut:
    [out] = show_exports(session, [export])
    return out


def finished_file(export: Export) -> str:
    """Storage key of the export's file. Raises Conflict (export_not_ready)."""
    if export.blob_key is None:
        raise Conflict("export_not_ready", "This export has no file: it is not done, or it failed.")
    return export.blob_key


def show_manifest(export: Export) -> ExportManifest:
    """Raises Conflict (export_not_ready), also for the files of older releases, which have none."""
    finished_file(export)
    if export.manifest is None:
        raise Conflict("export_not_ready", "This export is of an older release. Make a new one.")
    return ExportManifest(
        **export.manifest,
        file_name=file_name(export),
        size_bytes=export.size_bytes or 0,
        sha256=export.sha256 or "",
    )


def file_name(export: Export) -> str:
    name = export.format.value.replace("_", "-")
    ending = "json" if is_one_file(wanted_by(export)) else "zip"
    return f"maskloop-{name}-{export.created_at:%Y%m%d-%H%M%S}.{ending}"


def media_type(export: Export) -> str:
    return "application/json" if is_one_file(wanted_by(export)) else "application/zip"


def keep_file(
    session: Session, export_id: UUID, blob_key: str, written: Written, size_bytes: int, sha256: str
) -> bool:
    """Notes the finished file; False when another run of the job was faster, or the export is deleted."""
    export = session.get(Export, export_id, with_for_update=True)
    if export is None or export.blob_key is not None:
        return False
    export.blob_key = blob_key
    export.mask_count = written.totals.masks
    export.image_count = written.totals.images
    export.size_bytes = size_bytes
    export.sha256 = sha256
    export.manifest = written.manifest
    return True


def _to_out(export: Export, job: Job, created_by_name: str | None) -> ExportOut:
    wanted, manifest = wanted_by(export), export.manifest or {}
    counts = manifest.get("split", {}).get("counts")
    return ExportOut(
        id=export.id,
        format=export.format,
        filters=wanted.filters,
        with_photos=export.with_photos,
        with_empty_images=export.with_empty_images,
        split=wanted.split,
        split_images={split: count["images"] for split, count in counts.items()} if counts else None,
        state=job.state,
        progress=job.progress,
        mask_count=export.mask_count,
        image_count=export.image_count,
        empty_image_count=manifest.get("counts", {}).get("images_without_masks"),
        size_bytes=export.size_bytes,
        sha256=export.sha256,
        error=job.error,
        download_url=f"/api/exports/{export.id}/file" if job.state == JobState.DONE else None,
        file_name=file_name(export),
        created_by_name=created_by_name,
        created_at=export.created_at,
    )
