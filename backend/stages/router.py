"""Stages of batches over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from backend.core.dependencies import SessionDep, SettingsDep
from backend.projects.models import Stage
from backend.stages import service
from backend.stages.schemas import StageIn, StageOut, StagePreview
from backend.users.dependencies import require
from backend.users.models import Role

router = APIRouter(prefix="/batches/{batch_id}/stage", tags=["stages"], dependencies=[require(Role.MANAGER)])

BatchId = Annotated[UUID, Path(description="Id of the batch.")]


@router.get("")
def show_stage(batch_id: BatchId, session: SessionDep) -> StageOut:
    """The batch's stage, and how far machines are in it."""
    return service.show_stage(session, batch_id)


@router.get("/preview")
def preview_stage(
    batch_id: BatchId,
    stage: Annotated[Stage, Query(description="That the batch would enter.")],
    session: SessionDep,
    settings: SettingsDep,
) -> StagePreview:
    """What entering a stage now would do, and how long that takes."""
    return service.preview_stage(session, batch_id, stage, detector_minutes=settings.detector_minutes)


@router.post("")
def enter_stage(batch_id: BatchId, body: StageIn, session: SessionDep, settings: SettingsDep) -> StageOut:
    """Puts the batch into a stage and starts what machines do there.

    409 `too_few_masks`, `no_model`, `batch_in_work`, `stage_running` or `not_for_work` when that cannot be.
    """
    service.enter_stage(session, batch_id, body.stage, detector_minutes=settings.detector_minutes)
    session.flush()
    return service.show_stage(session, batch_id)


@router.post("/retry")
def retry(batch_id: BatchId, session: SessionDep) -> StageOut:
    """Queues what has failed again. 409 `nothing_failed`."""
    service.retry(session, batch_id)
    return service.show_stage(session, batch_id)


@router.post("/cancel")
def cancel(batch_id: BatchId, session: SessionDep) -> StageOut:
    """Stops what machines do: what is done stays, the other images are people's."""
    service.cancel(session, batch_id)
    session.flush()
    return service.show_stage(session, batch_id)
