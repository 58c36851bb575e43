"""Exports as background jobs."""

import hashlib
from tempfile import TemporaryFile
from uuid import UUID

from backend.core.database import session_scope
from backend.core.storage import CHUNK_BYTES
from backend.exports import service
from backend.exports.models import Export
from backend.exports.schemas import ExportIn
from backend.exports.writing import ExportError, write_export
from backend.jobs.run import JobError, JobRun


def export_masks(run: JobRun) -> None:
    """Writes the file of the export `run.subject`; it is stored only when it was checked.

    A run after a killed one begins afresh: a file has one state of the database, and that one is gone.
    """
    export_id = UUID(run.subject)
    with session_scope(run.sessions, read_only=True) as session:
        export = session.get(Export, export_id)
        if export is None:  # deleted before its turn
            return
        wanted = ExportIn.model_validate({"format": export.format, "filters": export.filters})
    # A key per run: two runs of one job, after a worker was taken for dead, must not mix their files.
    blob_key = f"exports/{export_id}/{run.token}"
    kept = False
    try:
        with TemporaryFile() as file:
            written = write_export(
                run.sessions, file, export.project_id, wanted, export.created_at, run.report_progress
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
    except ExportError as error:
        raise JobError("export_mismatch", f"{error} Nothing was exported.") from error
    except OSError as error:
        raise JobError("export_not_written", f"The file could not be written: {error.strerror}.") from error
    finally:
        if not kept:
            run.storage.delete(blob_key)
