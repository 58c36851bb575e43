"""Imports of annotations as background jobs."""

from uuid import UUID

from backend.core.database import session_scope
from backend.core.storage import BlobMissingError
from backend.imports import importing
from backend.imports.models import AnnotationImport
from backend.imports.reading import open_annotations
from backend.jobs.run import JobError, JobRun
from backend.layouts.names import storable
from backend.layouts.rows import LayoutError


def import_annotations(run: JobRun) -> None:
    """Imports the file of the import `run.subject`; a later run goes on behind the images that are done."""
    with session_scope(run.sessions, read_only=True) as session:
        wanted = session.get(AnnotationImport, UUID(run.subject))
    if wanted is None:  # deleted before its turn
        return
    try:
        with run.storage.open(wanted.blob_key) as file:
            annotations = open_annotations(
                wanted.name,
                file,
                max_file_bytes=run.settings.max_file_bytes,
                max_image_pixels=run.settings.max_image_pixels,
            )
            importing.import_annotations(run.sessions, wanted, annotations, run.report_progress)
    except LayoutError as error:
        raise JobError("annotations_unreadable", storable(str(error))) from error
    except BlobMissingError as error:
        raise JobError("file_gone", "The uploaded file is gone. Import it again.") from error
    run.storage.delete(wanted.blob_key)
