"""HTTP of models."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from backend.core.dependencies import SessionDep, StorageDep
from backend.core.responses import blob_response
from backend.models import registry, service
from backend.models.schemas import ModelOut, PromotionIn, PromotionOut, RegisteredModel
from backend.users.dependencies import UserDep, require
from backend.users.models import Role

router = APIRouter(prefix="/models", tags=["models"], dependencies=[require(Role.ANNOTATOR)])

ModelId = Annotated[UUID, Path(description="Id of the model.")]


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
