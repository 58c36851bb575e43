"""The queue, leases and decisions over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, status
from sqlalchemy.orm import Session

from backend.core.dependencies import SessionDep, SettingsDep
from backend.images.models import WorkState
from backend.images.schemas import ImageDetail
from backend.models import service as models
from backend.users.access import SignedIn
from backend.users.dependencies import UserDep, require
from backend.users.models import Role
from backend.work import queue, review, service
from backend.work.detail import show_image
from backend.work.schemas import LeaseOut, NextOut, NoteIn, QueueOut, ReviewCounts, TransitionOut
from backend.work.submitting import submit as submit_image
from backend.work.visibility import get_visible

router = APIRouter(tags=["work"], dependencies=[require(Role.ANNOTATOR)])

AHEAD = 2  # images that the page fetches ahead

ImageId = Annotated[UUID, Path(description="Id of the image.")]
After = Annotated[UUID | None, Query(description="The image that one comes from.")]


@router.get("/queue")
def show_queue(session: SessionDep, user: UserDep, after: After = None) -> QueueOut:
    """How much is left, and what would come next."""
    encoders = models.encoders_in(session, user.project_id)
    ahead = queue.look_ahead(session, user, after=after, encoders=encoders, count=AHEAD)
    return QueueOut(counts=queue.count(session, user), ahead=ahead)


@router.post("/queue/next")
def take_next(session: SessionDep, settings: SettingsDep, user: UserDep, after: After = None) -> NextOut:
    """Hands out the next image, with its lease."""
    image = queue.take_next(
        session,
        user,
        after=after,
        encoders=models.encoders_in(session, user.project_id),
        seconds=settings.lease_seconds,
    )
    session.flush()
    return NextOut(image=show_image(session, image.id, user) if image else None)


@router.get("/review")
def show_review(session: SessionDep, user: UserDep) -> ReviewCounts:
    """How much waits for a reviewer."""
    return review.count(session, user)


@router.post("/review/next")
def take_next_review(session: SessionDep, settings: SettingsDep, user: UserDep) -> NextOut:
    """Hands out the next image to review, with its lease."""
    image = review.take_next(session, user, settings.lease_seconds)
    session.flush()
    return NextOut(image=show_image(session, image.id, user) if image else None)


@router.put("/images/{image_id}/lease")
def take_lease(image_id: ImageId, session: SessionDep, settings: SettingsDep, user: UserDep) -> LeaseOut:
    """Takes or renews the sole right to work on an image, or to review it.

    409 `image_in_use` when somebody else has it, 403 `not_yours` when it is not for this person.
    """
    image = get_visible(session, image_id, user)
    reviewing = review.may_review(session, image, user)
    until = service.take_lease(session, image_id, str(user.id), settings.lease_seconds, reviewing=reviewing)
    return LeaseOut(image_id=image_id, until=until, seconds=settings.lease_seconds)


@router.delete("/images/{image_id}/lease", status_code=status.HTTP_204_NO_CONTENT)
def give_back_lease(image_id: ImageId, session: SessionDep, user: UserDep) -> None:
    """Gives the lease back; one that somebody else has by now stays theirs."""
    service.give_back_lease(session, image_id, str(user.id))


@router.post("/images/{image_id}/submit")
def submit(image_id: ImageId, session: SessionDep, user: UserDep) -> ImageDetail:
    """Says that the image's masks are complete. It may be drawn for review."""
    submit_image(session, image_id, str(user.id))
    return _shown(session, image_id, user)


@router.post("/images/{image_id}/skip")
def skip(image_id: ImageId, body: NoteIn, session: SessionDep, user: UserDep) -> ImageDetail:
    """Takes an image out of the queue, with the reason."""
    return _decide(session, image_id, WorkState.SKIPPED, user, body.note)


@router.post("/images/{image_id}/flag")
def flag(image_id: ImageId, body: NoteIn, session: SessionDep, user: UserDep) -> ImageDetail:
    """Takes an image out of the queue until somebody has answered the question."""
    return _decide(session, image_id, WorkState.FLAGGED, user, body.note)


@router.post("/images/{image_id}/later")
def put_off(image_id: ImageId, session: SessionDep, user: UserDep) -> ImageDetail:
    """Puts an image at the end of the queue."""
    return _decide(session, image_id, WorkState.LATER, user)


@router.post("/images/{image_id}/reopen")
def reopen(image_id: ImageId, session: SessionDep, user: UserDep) -> ImageDetail:
    """Puts an image back into the queue; one's own, or as a manager any. 403 `not_yours`."""
    get_visible(session, image_id, user)
    return _decide(session, image_id, WorkState.OPEN, user)


@router.post("/images/{image_id}/accept")
def accept(image_id: ImageId, session: SessionDep, user: UserDep) -> ImageDetail:
    """A reviewer says that the image is done. 403 `not_your_review` for who may not review it."""
    review.accept(session, image_id, user)
    return _shown(session, image_id, user)


@router.post("/images/{image_id}/return")
def send_back(image_id: ImageId, body: NoteIn, session: SessionDep, user: UserDep) -> ImageDetail:
    """A reviewer gives the image back to who submitted it, with the reason."""
    review.send_back(session, image_id, user, body.note)
    return _shown(session, image_id, user)


@router.post("/images/{image_id}/review", dependencies=[require(Role.MANAGER)])
def send_to_review(image_id: ImageId, session: SessionDep, user: UserDep) -> ImageDetail:
    """Has a submitted or accepted image reviewed."""
    return _decide(session, image_id, WorkState.IN_REVIEW, user)


@router.get("/images/{image_id}/transitions", dependencies=[require(Role.MANAGER)])
def list_transitions(image_id: ImageId, session: SessionDep) -> list[TransitionOut]:
    """Every decision about an image, oldest first."""
    return service.show_history(session, image_id)


def _decide(
    session: Session, image_id: UUID, to: WorkState, user: SignedIn, note: str | None = None
) -> ImageDetail:
    service.decide(session, image_id, to, str(user.id), note)
    return _shown(session, image_id, user)


def _shown(session: Session, image_id: UUID, user: SignedIn) -> ImageDetail:
    session.flush()
    return show_image(session, image_id, user)
