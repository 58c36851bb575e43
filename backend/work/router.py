"""The queue, leases and decisions over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, status
from sqlalchemy.orm import Session

from backend.core.dependencies import HolderDep, SessionDep, SettingsDep
from backend.images import views
from backend.images.models import WorkState
from backend.images.schemas import ImageDetail
from backend.work import queue, service
from backend.work.schemas import LeaseOut, NextOut, NoteIn, QueueOut, TransitionOut

router = APIRouter(tags=["work"])

AHEAD = 2  # images that the page fetches ahead

ImageId = Annotated[UUID, Path(description="Id of the image.")]
After = Annotated[UUID | None, Query(description="The image that the holder comes from.")]


@router.get("/queue")
def show_queue(session: SessionDep, holder: HolderDep, after: After = None) -> QueueOut:
    """How much is left, and what would come next."""
    digest = views.active_encoder(session)
    ahead = queue.look_ahead(session, holder, after=after, encoder_digest=digest, count=AHEAD)
    return QueueOut(counts=queue.count(session), ahead=ahead)


@router.post("/queue/next")
def take_next(session: SessionDep, settings: SettingsDep, holder: HolderDep, after: After = None) -> NextOut:
    """Hands out the next image, with its lease."""
    image = queue.take_next(
        session,
        holder,
        after=after,
        encoder_digest=views.active_encoder(session),
        seconds=settings.lease_seconds,
    )
    session.flush()
    return NextOut(image=views.show_image(session, image.id) if image else None)


@router.put("/images/{image_id}/lease")
def take_lease(image_id: ImageId, session: SessionDep, settings: SettingsDep, holder: HolderDep) -> LeaseOut:
    """Takes or renews the sole right to work on an image. 409 `image_in_use` when somebody else has it."""
    until = service.take_lease(session, image_id, holder, settings.lease_seconds)
    return LeaseOut(image_id=image_id, until=until, seconds=settings.lease_seconds)


@router.delete("/images/{image_id}/lease", status_code=status.HTTP_204_NO_CONTENT)
def give_back_lease(image_id: ImageId, session: SessionDep, holder: HolderDep) -> None:
    """Gives the lease back; one that somebody else has by now stays theirs."""
    service.give_back_lease(session, image_id, holder)


@router.post("/images/{image_id}/submit")
def submit(image_id: ImageId, session: SessionDep, holder: HolderDep) -> ImageDetail:
    """Says that the image is done."""
    return _decide(session, image_id, WorkState.SUBMITTED, holder)


@router.post("/images/{image_id}/skip")
def skip(image_id: ImageId, body: NoteIn, session: SessionDep, holder: HolderDep) -> ImageDetail:
    """Takes an image out of the queue, with the reason."""
    return _decide(session, image_id, WorkState.SKIPPED, holder, body.note)


@router.post("/images/{image_id}/flag")
def flag(image_id: ImageId, body: NoteIn, session: SessionDep, holder: HolderDep) -> ImageDetail:
    """Takes an image out of the queue until somebody has answered the question."""
    return _decide(session, image_id, WorkState.FLAGGED, holder, body.note)


@router.post("/images/{image_id}/later")
def put_off(image_id: ImageId, session: SessionDep, holder: HolderDep) -> ImageDetail:
    """Puts an image at the end of the queue."""
    return _decide(session, image_id, WorkState.LATER, holder)


@router.post("/images/{image_id}/reopen")
def reopen(image_id: ImageId, session: SessionDep, holder: HolderDep) -> ImageDetail:
    """Puts an image back into the queue."""
    return _decide(session, image_id, WorkState.OPEN, holder)


@router.get("/images/{image_id}/transitions")
def list_transitions(image_id: ImageId, session: SessionDep) -> list[TransitionOut]:
    """Every decision about an image, oldest first."""
    return [TransitionOut.model_validate(row) for row in service.history(session, image_id)]


def _decide(
    session: Session, image_id: UUID, to: WorkState, holder: str, note: str | None = None
) -> ImageDetail:
    service.decide(session, image_id, to, holder, note)
    session.flush()
    return views.show_image(session, image_id)
