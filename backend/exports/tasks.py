"""Exports as background jobs."""

import shutil
from tempfile import TemporaryFile
from uuid import UUID

from backend.core.database import session_scope
from backend.exports import service
from backend.jobs.run import JobError, JobRun


def export_masks(run: JobRun) -> None:
    """Writes the file of the export `run.subject`; it is stored only when it was checked."""
    export_id = UUID(run.subject)
    # A key per run: two runs of one job, after a worker was taken for dead, must not mix their files.
    blob_key = f"exports/{export_id}/{run.token}.json"
    kept = False
    try:
        with TemporaryFile() as file:
            totals = service.write_export(run.sessions, file, run.report_progress)
            size_bytes = file.tell()
            file.seek(0)
            with run.storage.writing(blob_key) as blob:
                shutil.copyfileobj(file, blob)
        with session_scope(run.sessions) as session:
            kept = service.keep_file(session, export_id, blob_key, totals, size_bytes)
    except service.ExportError as error:
        raise JobError("export_mismatch", f"{error} Nothing was exported.") from error
    except OSError as error:
        raise JobError("export_not_written", f"The file could not be written: {error.strerror}.") from error
    finally:
        if not kept:
            run.storage.delete(blob_key)
