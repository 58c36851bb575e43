"""HTTP of second looks and audits."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status

from backend.batches import overview
from backend.batches.schemas import BatchOut
from backend.core.dependencies import SessionDep
from backend.models import service as models
from backend.quality import service
from backend.quality.schemas import AuditIn, Quality
from backend.users.dependencies import UserDep, require
from backend.users.models import Role

router = APIRouter(tags=["quality"], dependencies=[require(Role.MANAGER)])

BatchId = Annotated[UUID, Path(description="Id of the batch.")]


@router.get("/quality")
def show_quality(session: SessionDep, user: UserDep) -> Quality:
    """How far people agree with each other, and with the automatic masks."""
    return service.show(session, user.project_id)


@router.post("/batches/{batch_id}/audits", status_code=status.HTTP_201_CREATED)
def start_audit(batch_id: BatchId, wanted: AuditIn, session: SessionDep, user: UserDep) -> BatchOut:
    """Draws random images for people to correct their automatic masks. 409 `nothing_to_audit`."""
    audit = service.start_audit(session, batch_id, wanted.images)
    return overview.show_batch(session, audit, models.encoders_in(session, user.project_id))
