"""Images over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Query, Request, Response, UploadFile

from backend.core.dependencies import SessionDep, SessionsDep, SettingsDep, StorageDep
from backend.core.responses import blob_response
from backend.images import service, views
from backend.images.importing import Upload, import_uploads
from backend.images.pictures import SIGNATURE_BYTES, picture_media_type
from backend.images.schemas import ImageDetail, ImagePage, ImportReport
from backend.users.dependencies import require
from backend.users.models import Role

router = APIRouter(prefix="/images", tags=["images"], dependencies=[require(Role.ANNOTATOR)])


@router.get("")
def list_images(
    session: SessionDep,
    after: Annotated[UUID | None, Query(description="Continue behind this image.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> ImagePage:
    return views.list_images(session, after=after, limit=limit)


@router.post("", dependencies=[require(Role.MANAGER)])
def import_images(
    sessions: SessionsDep,
    storage: StorageDep,
    settings: SettingsDep,
    files: Annotated[list[UploadFile], File(description="Images, and zip archives of images.")],
) -> ImportReport:
    uploads = (Upload(file.filename or "unnamed", file.file) for file in files)
    return import_uploads(sessions, storage, settings, uploads)


@router.get("/{image_id}")
def show_image(session: SessionDep, image_id: UUID) -> ImageDetail:
    return views.show_image(session, image_id)


@router.post("/{image_id}/retry", dependencies=[require(Role.MANAGER)])
def retry_embedding(session: SessionDep, image_id: UUID) -> ImageDetail:
    image = service.get_image(session, image_id)
    service.retry_embedding(session, image, views.active_encoder(session))
    return views.show_image(session, image_id)


@router.get("/{image_id}/picture", response_class=Response)
def get_picture(request: Request, session: SessionDep, storage: StorageDep, image_id: UUID) -> Response:
    image = service.get_image(session, image_id)
    with storage.open(image.picture_key) as file:
        media_type = picture_media_type(file.read(SIGNATURE_BYTES))
    return blob_response(request, storage, image.picture_key, media_type=media_type, etag=image.sha256)


@router.get("/{image_id}/thumbnail", response_class=Response)
def get_thumbnail(request: Request, session: SessionDep, storage: StorageDep, image_id: UUID) -> Response:
    image = service.get_image(session, image_id)
    return blob_response(request, storage, image.thumbnail_key, media_type="image/jpeg", etag=image.sha256)


@router.get("/{image_id}/embedding", response_class=Response)
def get_embedding(request: Request, session: SessionDep, storage: StorageDep, image_id: UUID) -> Response:
    image = service.get_image(session, image_id)
    embedding = service.get_embedding(session, image, views.active_encoder(session))
    return blob_response(
        request,
        storage,
        embedding.blob_key,
        media_type="application/octet-stream",
        etag=f"{image.sha256}-{embedding.encoder_digest}",
        cache_control="private, no-cache",  # another model may be active at the next request
    )
