"""HTTP of batches, and of what managers do to many images."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, status
from pydantic import AwareDatetime

from backend.batches import overview, people, service
from backend.batches.schemas import (
    BatchChange,
    BatchIn,
    BatchOut,
    ImagesChange,
    ImagesDecision,
    ImagesDeletion,
    ImagesResult,
    PersonOut,
)
from backend.core.database import utc_now
from backend.core.dependencies import SessionDep
from backend.models import service as models
from backend.users.dependencies import UserDep, require
from backend.users.models import Role

router = APIRouter(tags=["batches"], dependencies=[require(Role.MANAGER)])

BatchId = Annotated[UUID, Path(description="Id of the batch.")]


@router.get("/batches")
def list_batches(session: SessionDep, user: UserDep) -> list[BatchOut]:
    """The project's batches with what is in them, those that the queue hands out first at the beginning."""
    return overview.list_batches(session, user.project_id, models.encoders_in(session, user.project_id))


@router.post("/batches", status_code=status.HTTP_201_CREATED)
def make_batch(wanted: BatchIn, session: SessionDep, user: UserDep) -> BatchOut:
    """A new batch in the stage assisted-manual. 409 `name_taken`."""
    batch = service.make_batch(session, user.project_id, wanted)
    return overview.show_batch(session, batch, models.encoders_in(session, user.project_id))


@router.patch("/batches/{batch_id}")
def change_batch(batch_id: BatchId, change: BatchChange, session: SessionDep, user: UserDep) -> BatchOut:
    """Changes the settings that the body names."""
    batch = service.change_batch(session, batch_id, change)
    session.flush()
    return overview.show_batch(session, batch, models.encoders_in(session, user.project_id))


@router.delete("/batches/{batch_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_batch(batch_id: BatchId, session: SessionDep) -> None:
    """Deletes the batch with its images and their masks. 409 `batch_in_work` while somebody works on one."""
    service.delete_batch(session, batch_id)


@router.get("/overview/people")
def list_people(
    session: SessionDep,
    user: UserDep,
    today: Annotated[
        AwareDatetime | None, Query(description="When the reader's day began; without it, the day in UTC.")
    ] = None,
) -> list[PersonOut]:
    """Who works on what now, and what everybody did today and in the week."""
    midnight = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
    return people.list_people(session, user.project_id, today or midnight)


@router.patch("/images")
def change_images(change: ImagesChange, session: SessionDep, user: UserDep) -> ImagesResult:
    """Orders, assigns or moves images."""
    return service.change_images(session, user.project_id, change)


@router.post("/images/decide")
def decide_on_images(decision: ImagesDecision, session: SessionDep, user: UserDep) -> ImagesResult:
    """Reopens, skips or accepts images, or has them reviewed."""
    return service.decide_on_images(session, decision, user)


@router.post("/images/delete")
def delete_images(deletion: ImagesDeletion, session: SessionDep, user: UserDep) -> ImagesResult:
    """Deletes images with their masks."""
    return service.delete_images(session, user.project_id, deletion.image_ids)
