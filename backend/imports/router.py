"""HTTP of imports of annotations."""

from pathlib import PurePath
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Path, Query, UploadFile, status

from backend.core.database import session_scope
from backend.core.dependencies import SessionDep, SessionsDep, StorageDep
from backend.core.paging import Cursor
from backend.imports import service
from backend.imports.schemas import (
    AnnotationImportOut,
    AnnotationImportPage,
    ImportedAs,
    ImportProblem,
    ImportTarget,
)
from backend.layouts.names import storable
from backend.users.dependencies import RoleFirst, UserDep, require
from backend.users.models import Role

router = APIRouter(
    prefix="/annotation-imports",
    tags=["annotation imports"],
    dependencies=[require(Role.MANAGER)],
    route_class=RoleFirst,
)

ImportId = Annotated[UUID, Path(description="Id of the import.")]


@router.get("")
def list_annotation_imports(
    session: SessionDep,
    user: UserDep,
    after: Annotated[Cursor | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AnnotationImportPage:
    return service.list_imports(session, user.project_id, after=after, limit=limit)


@router.post("", status_code=status.HTTP_202_ACCEPTED)
def import_annotations(
    sessions: SessionsDep,
    storage: StorageDep,
    user: UserDep,
    file: Annotated[UploadFile, File(description="A COCO file, or a zip archive: docs/formats.md.")],
    batch_id: Annotated[UUID, Form(description="Batch whose images are annotated.")],
    mask_state: Annotated[ImportedAs, Form(description="Of the masks.")] = ImportedAs.PROPOSED,
) -> AnnotationImportOut:
    """Queues an import of the masks in a file."""
    blob_key, size_bytes = service.store_file(storage, file.file)
    kept = False
    try:
        with session_scope(sessions) as session:
            wanted = service.add_import(
                session,
                user.project_id,
                name=storable(PurePath(file.filename or "unnamed").name),
                batch_id=batch_id,
                imported_as=mask_state,
                blob_key=blob_key,
                size_bytes=size_bytes,
                by=user.id,
            )
            service.queue_import(session, user.project_id, wanted)
            out = service.show_import(session, wanted)
        kept = True
    finally:
        if not kept:
            storage.delete(blob_key)
    return out


@router.get("/targets")
def list_import_targets(session: SessionDep, user: UserDep) -> list[ImportTarget]:
    """Batches whose images can be annotated, in the order in which they were made."""
    return service.list_targets(session, user.project_id)


@router.get("/{import_id}")
def get_annotation_import(import_id: ImportId, session: SessionDep) -> AnnotationImportOut:
    return service.show_import(session, service.get_import(session, import_id))


@router.get("/{import_id}/problems")
def list_import_problems(import_id: ImportId, session: SessionDep) -> list[ImportProblem]:
    """Why annotations were not imported; the first thousand."""
    return service.problems_of(session, import_id)


@router.post("/{import_id}/retry")
def retry_annotation_import(import_id: ImportId, session: SessionDep) -> AnnotationImportOut:
    """Queues a failed import again; it goes on where it stopped."""
    return service.show_import(session, service.retry_import(session, import_id))


@router.delete("/{import_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_annotation_import(import_id: ImportId, sessions: SessionsDep, storage: StorageDep) -> None:
    """Forgets an import with its report; the masks stay."""
    with session_scope(sessions) as session:
        blob_key = service.delete_import(session, import_id)
    storage.delete(blob_key)
