"""HTTP of exports."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response, status

from backend.core.dependencies import SessionDep, StorageDep
from backend.core.responses import blob_response
from backend.exports import service
from backend.exports.schemas import ExportIn, ExportOut
from backend.users.dependencies import require
from backend.users.models import Role

router = APIRouter(prefix="/exports", tags=["exports"], dependencies=[require(Role.MANAGER)])

ExportId = Annotated[UUID, Path(description="Id of the export.")]


@router.post("", status_code=status.HTTP_202_ACCEPTED)
def request_export(wanted: ExportIn, session: SessionDep) -> ExportOut:
    """Queues an export of all accepted masks."""
    return service.to_out(session, service.request_export(session, wanted.format))


@router.get("/{export_id}")
def get_export(export_id: ExportId, session: SessionDep) -> ExportOut:
    """How far the export is, and where its file is when it is done."""
    return service.to_out(session, service.get_export(session, export_id))


@router.get("/{export_id}/file", response_class=Response)
def download_export(
    request: Request, export_id: ExportId, session: SessionDep, storage: StorageDep
) -> Response:
    """The exported file."""
    export = service.get_export(session, export_id)
    return blob_response(
        request,
        storage,
        service.finished_file(export),
        media_type="application/json",
        etag=str(export.id),
        filename=service.file_name(export),
    )
