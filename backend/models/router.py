"""HTTP of models."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from backend.core.dependencies import SessionDep, StorageDep
from backend.core.responses import blob_response
from backend.models import service
from backend.models.schemas import ModelOut
from backend.users.dependencies import require
from backend.users.models import Role

router = APIRouter(prefix="/models", tags=["models"], dependencies=[require(Role.ANNOTATOR)])

ModelId = Annotated[UUID, Path(description="Id of the model.")]


@router.get("", dependencies=[require(Role.ADMIN)])
def list_models(session: SessionDep) -> list[ModelOut]:
    """All models, oldest first."""
    return [service.to_out(model) for model in service.list_models(session)]


@router.get("/active")
def get_active_model(session: SessionDep) -> ModelOut:
    """The model that new embeddings and clicks are computed with."""
    return service.to_out(service.active_model(session))


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
