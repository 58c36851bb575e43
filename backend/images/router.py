"""Images over HTTP."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Query, Request, Response, UploadFile
from sqlalchemy import and_

from backend.core.dependencies import SessionDep, SessionsDep, SettingsDep, StorageDep
from backend.core.paging import Cursor
from backend.core.responses import blob_response
from backend.images import service, views
from backend.images.importing import Upload, import_uploads
from backend.images.models import Image
from backend.images.pictures import SIGNATURE_BYTES, picture_media_type
from backend.images.schemas import ImageDetail, ImagePage, ImportReport
from backend.masks import service as masks
from backend.masks.models import MaskSource
from backend.projects.models import Stage
from backend.users.dependencies import RoleFirst, UserDep, require
from backend.users.models import Role
from backend.work.detail import show_image as show_detail
from backend.work.visibility import get_visible, visible_to

router = APIRouter(
    prefix="/images", tags=["images"], dependencies=[require(Role.ANNOTATOR)], route_class=RoleFirst
)


@router.get("")
def list_images(
    session: SessionDep,
    user: UserDep,
    batch: Annotated[UUID | None, Query(description="Of this batch alone.")] = None,
    label: Annotated[UUID | None, Query(description="With a mask of this label.")] = None,
    source: Annotated[Sequence[MaskSource], Query(description="With a mask made by one of these.")] = (),
    stage: Annotated[Stage | None, Query(description="With a mask of this stage.")] = None,
    model: Annotated[UUID | None, Query(description="With a mask of this model.")] = None,
    after: Annotated[Cursor | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> ImagePage:
    """Images in the order of import: all for managers, for annotators what is theirs or in their queue.

    What is asked of a mask has to be true of one and the same mask, accepted or proposed.
    """
    which = and_(
        visible_to(user), masks.has_mask(label_id=label, sources=source, stage=stage, model_id=model)
    )
    if batch is not None:
        which = and_(which, Image.batch_id == batch)
    return views.list_images(session, user.project_id, which, after=after, limit=limit)


@router.post("", dependencies=[require(Role.MANAGER)])
def import_images(
    sessions: SessionsDep,
    storage: StorageDep,
    settings: SettingsDep,
    user: UserDep,
    files: Annotated[list[UploadFile], File(description="Images, and zip archives of images.")],
    batch: Annotated[
        UUID | None, Query(description="Where they go; without it, the project's oldest batch.")
    ] = None,
) -> ImportReport:
    uploads = (Upload(file.filename or "unnamed", file.file) for file in files)
    return import_uploads(sessions, storage, settings, uploads, user.project_id, batch_id=batch)


@router.get("/{image_id}")
def show_image(session: SessionDep, user: UserDep, image_id: UUID) -> ImageDetail:
    get_visible(session, image_id, user)
    return show_detail(session, image_id, user)


@router.post("/{image_id}/retry", dependencies=[require(Role.MANAGER)])
def retry_embedding(session: SessionDep, user: UserDep, image_id: UUID) -> ImageDetail:
    image = service.get_image(session, image_id)
    service.retry_embedding(session, image, views.active_encoder(session, user.project_id))
    return show_detail(session, image_id, user)


@router.get("/{image_id}/picture", response_class=Response)
def get_picture(
    request: Request, session: SessionDep, user: UserDep, storage: StorageDep, image_id: UUID
) -> Response:
    image = get_visible(session, image_id, user)
    with storage.open(image.picture_key) as file:
        media_type = picture_media_type(file.read(SIGNATURE_BYTES))
    return blob_response(request, storage, image.picture_key, media_type=media_type, etag=image.sha256)


@router.get("/{image_id}/thumbnail", response_class=Response)
def get_thumbnail(
    request: Request, session: SessionDep, user: UserDep, storage: StorageDep, image_id: UUID
) -> Response:
    image = get_visible(session, image_id, user)
    return blob_response(request, storage, image.thumbnail_key, media_type="image/jpeg", etag=image.sha256)


@router.get("/{image_id}/embedding", response_class=Response)
def get_embedding(
    request: Request,
    session: SessionDep,
    user: UserDep,
    storage: StorageDep,
    image_id: UUID,
    encoder: Annotated[
        str | None, Query(description="Digest of the encoder; without it, that of the image's model.")
    ] = None,
) -> Response:
    """409 `embedding_not_ready`."""
    image = get_visible(session, image_id, user)
    if encoder is None and (model := views.working_model(session, image)):
        encoder = model.encoder_digest
    embedding = service.get_embedding(session, image, encoder)
    return blob_response(
        request,
        storage,
        embedding.blob_key,
        media_type="application/octet-stream",
        etag=f"{image.sha256}-{embedding.encoder_digest}",
        cache_control="private, no-cache",  # another model may be active at the next request
    )
