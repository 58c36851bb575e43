"""HTTP of models."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response, status

from backend.core.body_limit import body_chunks
from backend.core.database import session_scope
from backend.core.dependencies import SessionDep, SessionsDep, SettingsDep, StorageDep
from backend.core.responses import blob_response
from backend.models import downloads, estimates, registry, service
from backend.models.catalogue import get_public
from backend.models.schemas import (
    ModelOut,
    PromotionIn,
    PromotionOut,
    PublicModelOut,
    PublicModels,
    ReEmbedding,
    RegisteredModel,
)
from backend.users.dependencies import UserDep, require
from backend.users.models import Role

router = APIRouter(prefix="/models", tags=["models"], dependencies=[require(Role.ANNOTATOR)])

ModelId = Annotated[UUID, Path(description="Id of the model.")]
PublicName = Annotated[str, Path(description="Name of a public model, such as vit_b.")]


@router.get("", dependencies=[require(Role.MANAGER)])
def list_models(session: SessionDep, user: UserDep) -> list[RegisteredModel]:
    """The project's models and those that all share, oldest first."""
    return registry.list_registered(session, user.project_id)


@router.get("/active")
def get_active_model(session: SessionDep, user: UserDep) -> ModelOut:
    """The model that the project's new embeddings and clicks are computed with."""
    return service.to_out(service.active_model(session, user.project_id))


@router.get("/promotions", dependencies=[require(Role.MANAGER)])
def list_promotions(session: SessionDep, user: UserDep) -> list[PromotionOut]:
    """Every change of the model that the project works with, the newest first."""
    return registry.list_promotions(session, user.project_id)


@router.get("/public", dependencies=[require(Role.MANAGER)])
def list_public_models(session: SessionDep, settings: SettingsDep, user: UserDep) -> PublicModels:
    """Models that can be downloaded, how far their downloads are, and what a photo would take with them."""
    return downloads.list_public(session, settings, user.project_id)


@router.post(
    "/public/{name}/download", status_code=status.HTTP_202_ACCEPTED, dependencies=[require(Role.ADMIN)]
)
def download_public_model(
    name: PublicName, session: SessionDep, settings: SettingsDep, user: UserDep
) -> PublicModelOut:
    """Queues the download of a public model, or lets the one that goes on be; a failed one goes on.

    409 `model_name_taken`.
    """
    downloads.request_download(session, get_public(settings, name))
    return downloads.show_public(session, settings, user.project_id, name)


@router.post("/public/{name}/cancel", dependencies=[require(Role.ADMIN)])
def cancel_public_download(
    name: PublicName, sessions: SessionsDep, settings: SettingsDep, storage: StorageDep, user: UserDep
) -> PublicModelOut:
    """Stops a download, or forgets one that has failed, and deletes what came of the file."""
    public = get_public(settings, name)
    with session_scope(sessions) as session:
        downloads.cancel_download(session, public)
    downloads.delete_parts(settings, storage, public)
    with session_scope(sessions, read_only=True) as session:
        return downloads.show_public(session, settings, user.project_id, name)


@router.put(
    "/public/{name}/file",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[require(Role.ADMIN)],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def upload_public_file(
    request: Request,
    name: PublicName,
    sessions: SessionsDep,
    settings: SettingsDep,
    storage: StorageDep,
    user: UserDep,
) -> PublicModelOut:
    """Takes the file of a public model from a machine that has it, where the server has no internet.

    422 `wrong_file`, 409 `model_here` and `model_name_taken`, 507 `disk_full`.
    """
    public = get_public(settings, name)
    with session_scope(sessions, read_only=True) as session:
        downloads.require_missing(session, public)
    announced = request.headers.get("content-length", "")
    if announced.isdecimal():
        downloads.require_size(public, int(announced))
    downloads.store_upload(storage, public, body_chunks(request, most_bytes=public.size_bytes))
    with session_scope(sessions) as session:
        downloads.use_upload(session, public)
    with session_scope(sessions, read_only=True) as session:
        return downloads.show_public(session, settings, user.project_id, name)


@router.get("/{model_id}/re-embedding", dependencies=[require(Role.MANAGER)])
def show_re_embedding(model_id: ModelId, session: SessionDep, user: UserDep) -> ReEmbedding:
    """What the project's photos would take before all of them work with this model."""
    return estimates.show_re_embedding(session, user.project_id, service.get_model(session, model_id))


@router.post("/rollback", dependencies=[require(Role.ADMIN)])
def roll_back(session: SessionDep, user: UserDep) -> RegisteredModel:
    """Has the project work with the model before its last change. 409 `nothing_to_roll_back`."""
    model = registry.roll_back(session, user.project_id, by=user.id)
    return registry.show_registered(session, user.project_id, model.id)


@router.post("/{model_id}/promote", dependencies=[require(Role.ADMIN)])
def promote(model_id: ModelId, wanted: PromotionIn, session: SessionDep, user: UserDep) -> RegisteredModel:
    """Has the project work with a model; images that its encoder has to embed go on with the old one."""
    model = service.get_model(session, model_id)
    reason = wanted.reason or f"{user.name} chose it."
    registry.promote(session, user.project_id, model, by=user.id, reason=reason)
    return registry.show_registered(session, user.project_id, model.id)


@router.get("/{model_id}/decoder", response_class=Response)
def get_decoder(request: Request, model_id: ModelId, session: SessionDep, storage: StorageDep) -> Response:
    """The decoder's graphs. The URL carries its digest as `v`, so that browsers may keep it for good."""
    model = service.get_model(session, model_id)
    return blob_response(
        request,
        storage,
        model.decoder_key,
        media_type="application/octet-stream",
        etag=model.decoder_manifest["sha256"],
    )
