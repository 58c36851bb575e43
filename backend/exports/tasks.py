"""Exports as background jobs."""

import hashlib
from tempfile import TemporaryFile
from uuid import UUID

from backend.core.database import session_scope
from backend.core.storage import CHUNK_BYTES
from backend.exports import service
from backend.exports.models import Export
from backend.exports.parts import StoredParts
from backend.exports.writing import ExportError, write_export
from backend.jobs.run import JobError, JobRun


def export_masks(run: JobRun) -> None:
    """Writes the file of the export `run.subject`; it is stored only when it was checked.

    A run after a killed one keeps its parts, but for those whose masks have changed since.
    """
    export_id = UUID(run.subject)
    with session_scope(run.sessions, read_only=True) as session:
        export = session.get(Export, export_id)
        if export is None:  # deleted before its turn
            return
        wanted = service.wanted_by(export)
    # A key per run: two runs of one job, after a worker was taken for dead, must not mix their files.
    blob_key = f"{service.folder_of(export_id)}/{run.token}"
    parts = StoredParts(run.storage, service.parts_of(export_id))
    kept = False
    try:
        with TemporaryFile() as file:
            written = write_export(
                run.sessions,
                run.storage,
                file,
                export.project_id,
                wanted,
                export.created_at,
                parts,
                run.report_progress,
            )
            size_bytes = file.tell()
            file.seek(0)
            digest = hashlib.sha256()
            with run.storage.writing(blob_key) as blob:
                while chunk := file.read(CHUNK_BYTES):
                    digest.update(chunk)
                    blob.write(chunk)
        with session_scope(run.sessions) as session:
            kept = service.keep_file(session, export_id, blob_key, written, size_bytes, digest.hexdigest())
        run.storage.delete(service.parts_of(export_id))
    except ExportError as error:
        run.storage.delete(service.parts_of(export_id))
        raise JobError("export_mismatch", f"{error} Nothing was exported.") from error
    except OSError as error:
        run.storage.delete(service.parts_of(export_id))
        raise JobError("export_not_written", f"The file could not be written: {error.strerror}.") from error
    finally:
        if not kept:
            _clear(run, export_id, blob_key)


def _clear(run: JobRun, export_id: UUID, blob_key: str) -> None:
    """After a run without a file: another run may still want the parts, but nobody does those of nothing."""
    with session_scope(run.sessions, read_only=True) as session:
        is_deleted = session.get(Export, export_id) is None
    if is_deleted:
        run.storage.delete(service.folder_of(export_id))
    else:
        run.storage.delete(blob_key)
