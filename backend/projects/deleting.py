"""Deleting a project with everything in it."""

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backend.batches.service import delete_batch
from backend.core.errors import Conflict
from backend.exports.models import Export
from backend.exports.service import delete_export
from backend.imports.models import AnnotationImport
from backend.jobs import service as jobs
from backend.models import registry
from backend.projects import service
from backend.projects.models import Batch, Project
from backend.stages import service as stages
from backend.training import service as training
from backend.users.models import Invitation, Membership


def delete_project(session: Session, project_id: UUID, *, name: str) -> list[str]:
    """Storage keys of files that go after the commit. Jobs that are at work find nothing to do at their end.

    The files of images and embeddings stay: other projects may have the same pictures. Raises NotFound and
    Conflict: `name_differs`, `only_project`, `batch_in_work`.
    """
    project = service.get_project(session, project_id, locked=True)
    if project.name != name:
        raise Conflict("name_differs", f"The project is named {project.name}. Write that to delete it.")
    if session.scalar(select(func.count()).select_from(Project)) == 1:
        raise Conflict("only_project", f"{project.name} is the only project. Make another one first.")
    exports = session.scalars(select(Export.id).where(Export.project_id == project_id)).all()
    blob_keys = [delete_export(session, export_id) for export_id in exports]
    of_imports = select(AnnotationImport.blob_key).where(
        AnnotationImport.batch_id.in_(service.batches_of(project_id))
    )
    blob_keys += session.scalars(of_imports)
    of_work = select(Batch.id).where(Batch.project_id == project_id, Batch.parent_id.is_(None))
    for batch_id in session.scalars(of_work).all():
        delete_batch(session, batch_id)
    blob_keys += stages.forget_detectors(session, project_id)
    blob_keys += training.forget_project(session, project_id)
    blob_keys += registry.forget_models(session, project_id)
    jobs.forget_project(session, project_id)
    for table in (Membership, Invitation):
        session.execute(delete(table).where(table.project_id == project_id))
    session.execute(delete(Project).where(Project.id == project_id))
    return blob_keys
