"""The rules of public models: listed, downloaded by a job or uploaded, cancelled."""

import errno
import hashlib
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from backend.core.errors import Conflict, Problem
from backend.core.storage import Storage
from backend.images import service as images
from backend.jobs import service as jobs
from backend.jobs import views
from backend.jobs.models import Job, JobKind, JobQueue, JobState
from backend.models import service
from backend.models.catalogue import public_models
from backend.models.downloader import discard
from backend.models.estimates import measured_seconds, present_pace
from backend.models.schemas import DownloadOut, PublicModelOut, PublicModels
from backend.models.service import ModelError
from backend.settings import Settings
from engine.sam.public import PublicModel


def list_public(session: Session, settings: Settings, project_id: UUID) -> PublicModels:
    """In the catalogue's order, the smallest public model first."""
    found = public_models(settings)
    downloads = jobs.find_all(session, JobKind.DOWNLOAD_MODEL, list(found))
    workers = views.list_workers(session, settings.stale_seconds)
    pace = present_pace(session)
    items = []
    for name, public in found.items():
        model = service.find_by_weights(session, public.sha256)
        measured = measured_seconds(session, model.encoder_digest) if model else None
        estimated = pace.seconds_with(public.config) if pace else None
        items.append(
            PublicModelOut(
                name=name,
                description=public.description,
                file_name=public.file_name,
                url=public.url,
                sha256=public.sha256,
                size_bytes=public.size_bytes,
                licence=public.licence,
                image_size=public.config.image_size,
                model_id=model.id if model else None,
                seconds_per_photo=estimated if measured is None else measured,
                is_measured=measured is not None,
                download=None if model else _show(downloads.get(name), public),
            )
        )
    return PublicModels(
        items=items,
        photos=images.count_unembedded(session, project_id, None),
        has_worker=any(worker.alive and JobQueue.IO in worker.queues for worker in workers),
    )


def show_public(session: Session, settings: Settings, project_id: UUID, name: str) -> PublicModelOut:
    return next(one for one in list_public(session, settings, project_id).items if one.name == name)


def request_download(session: Session, public: PublicModel) -> None:
    """Queues its download unless it is queued, running or done. Raises Conflict (model_name_taken)."""
    if service.find_by_weights(session, public.sha256) is not None:
        return
    require_free_name(session, public)
    job = jobs.find(session, JobKind.DOWNLOAD_MODEL, public.name)
    if job is None:
        jobs.enqueue(session, JobKind.DOWNLOAD_MODEL, public.name, JobQueue.IO)
    elif not jobs.retry(session, job):
        jobs.run_again(session, job)


def require_missing(session: Session, public: PublicModel) -> None:
    """Raises Conflict (model_here, model_name_taken)."""
    if service.find_by_weights(session, public.sha256) is not None:
        raise Conflict("model_here", f"{public.name} is here already. Nothing has to be uploaded.")
    require_free_name(session, public)


def require_free_name(session: Session, public: PublicModel) -> None:
    try:
        service.check_name(session, public.name)
    except ModelError as error:
        raise Conflict("model_name_taken", str(error)) from error


def cancel_download(session: Session, public: PublicModel) -> None:
    """Forgets the job; the worker that has it stops within a second and deletes what came so far."""
    jobs.forget(session, JobKind.DOWNLOAD_MODEL, public.name)


def delete_parts(settings: Settings, storage: Storage, public: PublicModel) -> None:
    """After a cancellation: what was uploaded, and what is on this machine of a download that has ended."""
    storage.delete(upload_key(public))
    discard(download_path(settings, public))


def use_upload(session: Session, public: PublicModel) -> None:
    """Has the uploaded file made ready, instead of a download that may be going on."""
    jobs.forget(session, JobKind.DOWNLOAD_MODEL, public.name)
    jobs.enqueue(session, JobKind.DOWNLOAD_MODEL, public.name, JobQueue.IO)


def store_upload(storage: Storage, public: PublicModel, chunks: Iterable[bytes]) -> None:
    """Keeps the file for the job, if it is the published one. Raises Problem (wrong_file, disk_full)."""
    disk = storage.disk_bytes()
    if disk is not None and disk[0] < public.size_bytes:
        raise _disk_full()
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with storage.writing(upload_key(public)) as blob:
            for chunk in chunks:
                size_bytes += len(chunk)
                digest.update(chunk)
                blob.write(chunk)
            require_size(public, size_bytes)
            if digest.hexdigest() != public.sha256:
                raise _wrong_file(public, "its content differs")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _disk_full() from error
        raise


def require_size(public: PublicModel, size_bytes: int) -> None:
    """Raises Problem (wrong_file)."""
    if size_bytes != public.size_bytes:
        raise _wrong_file(public, f"it has {size_bytes:,} bytes, not {public.size_bytes:,}")


def upload_key(public: PublicModel) -> str:
    """Where an uploaded file waits for the job that makes it ready."""
    return f"uploads/{public.sha256}{Path(public.file_name).suffix}"


def download_path(settings: Settings, public: PublicModel) -> Path:
    """Where a worker downloads it to."""
    return settings.data_dir / "downloads" / public.file_name


def _show(job: Job | None, public: PublicModel) -> DownloadOut | None:
    if job is None or job.state == JobState.DONE:
        return None
    return DownloadOut(
        state=job.state,
        bytes_done=round((job.progress or 0) * public.size_bytes),
        moved_at=job.updated_at,
        error_code=job.error_code,
        error=job.error,
    )


def _wrong_file(public: PublicModel, reason: str) -> Problem:
    return Problem(
        status=422,
        code="wrong_file",
        title="Wrong file",
        detail=f"This is not {public.file_name}: {reason}. Nothing was kept. Download it from {public.url} "
        "and upload it unchanged.",
    )


def _disk_full() -> Problem:
    return Problem(
        status=507,
        code="disk_full",
        title="Disk full",
        detail="The server has no room for this file. Nothing was kept. Make room, then upload it again.",
    )
