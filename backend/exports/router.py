"""HTTP of exports."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response, status

from backend.core.database import session_scope
from backend.core.dependencies import SessionDep, SessionsDep, StorageDep
from backend.core.paging import Cursor
from backend.core.responses import blob_response
from backend.exports import selection, service
from backend.exports.schemas import (
    ExportIn,
    ExportManifest,
    ExportOut,
    ExportPage,
    ExportPreview,
    ExportQuery,
)
from backend.users.dependencies import UserDep, require
from backend.users.models import Role

router = APIRouter(prefix="/exports", tags=["exports"], dependencies=[require(Role.MANAGER)])

ExportId = Annotated[UUID, Path(description="Id of the export.")]


@router.get("")
def list_exports(
    session: SessionDep,
    user: UserDep,
    after: Annotated[Cursor | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ExportPage:
    return service.list_exports(session, user.project_id, after=after, limit=limit)


@router.post("", status_code=status.HTTP_202_ACCEPTED)
def request_export(wanted: ExportIn, session: SessionDep, user: UserDep) -> ExportOut:
    """Queues an export of the accepted masks that the filters leave in."""
    export = service.request_export(session, user.project_id, wanted, by=user.id)
    return service.show_export(session, export)


@router.get("/preview")
def preview_export(
    filters: Annotated[ExportQuery, Query()], session: SessionDep, user: UserDep
) -> ExportPreview:
    """What an export with these filters would hold now, and what else there is to filter by."""
    return selection.preview(session, user.project_id, filters)


@router.get("/{export_id}")
def get_export(export_id: ExportId, session: SessionDep) -> ExportOut:
    """How far the export is, and where its file is when it is done."""
    return service.show_export(session, service.get_export(session, export_id))


@router.delete("/{export_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_export(export_id: ExportId, sessions: SessionsDep, storage: StorageDep) -> None:
    """Deletes the export with its file; one that is being made stops."""
    with session_scope(sessions) as session:
        folder = service.delete_export(session, export_id)
    storage.delete(folder)


@router.post("/{export_id}/retry")
def retry_export(export_id: ExportId, session: SessionDep) -> ExportOut:
    """Queues a failed export again."""
    return service.show_export(session, service.retry_export(session, export_id))


@router.get("/{export_id}/manifest")
def get_manifest(export_id: ExportId, session: SessionDep) -> ExportManifest:
    """What is in the file, and its checksum."""
    return service.show_manifest(service.get_export(session, export_id))


@router.get("/{export_id}/file", response_class=Response)
def download_export(
    request: Request, export_id: ExportId, session: SessionDep, storage: StorageDep
) -> Response:
    """The exported file; a `Range` of it where a download was cut off."""
    export = service.get_export(session, export_id)
    return blob_response(
        request,
        storage,
        service.finished_file(export),
        media_type=service.media_type(export),
        etag=str(export.id),
        filename=service.file_name(export),
    )
