"""Review: which submitted images somebody else looks at, who may, and what they say."""

from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, select, true
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, Problem
from backend.images.models import Image, WorkState
from backend.images.service import in_project
from backend.projects.draws import is_drawn
from backend.projects.models import Batch
from backend.users.access import SignedIn
from backend.users.models import Role
from backend.work import service
from backend.work.models import Transition
from backend.work.schemas import ReviewCounts

_HANDED_IN = (WorkState.SUBMITTED, WorkState.IN_REVIEW)
_IN_HAND = (WorkState.OPEN, WorkState.LATER, WorkState.FLAGGED)


def state_after_submit(batch: Batch, image_id: UUID) -> WorkState:
    """The same whenever it is asked, so that a repeated submit changes nothing."""
    return WorkState.IN_REVIEW if is_drawn(image_id, batch.review_share, "review") else WorkState.SUBMITTED


def count(session: Session, user: SignedIn) -> ReviewCounts:
    """What waits for a reviewer, and how much of it this person may review now."""
    in_review = select(func.count()).select_from(Image)
    in_review = in_review.where(in_project(user.project_id), Image.work_state == WorkState.IN_REVIEW)
    return ReviewCounts(
        in_review=session.scalar(in_review) or 0,
        for_me=session.scalar(in_review.where(service.is_free_for(str(user.id)), _is_for(user))) or 0,
    )


def take_next(session: Session, user: SignedIn, seconds: float) -> Image | None:
    """Leases the image that has waited longest for a review by this person; None when there is none.

    Managers may look at what they submitted themselves, after everything else: in a small team there may be
    nobody else.
    """
    me = str(user.id)
    rows = (
        select(Image)
        .join(Batch, Batch.id == Image.batch_id)
        .where(
            in_project(user.project_id),
            Image.work_state == WorkState.IN_REVIEW,
            service.is_free_for(me),
            _is_for(user),
        )
        .order_by(case((_submitted_by(me), 1), else_=0), Batch.priority.desc(), Image.work_at, Image.id)
        .limit(1)
    )
    image = session.scalars(rows.with_for_update(of=Image, skip_locked=True, key_share=True)).one_or_none()
    if image is not None:
        service.start_lease(image, me, seconds)
    return image


def may_review(session: Session, image: Image, user: SignedIn) -> bool:
    return bool(session.scalar(select(exists().where(Image.id == image.id, _is_for(user)))))


def accept(session: Session, image_id: UUID, user: SignedIn) -> Image:
    """Says that an image is done. Raises NotFound, Problem 403 `not_your_review` and Conflict."""
    _check(session, image_id, user)
    return service.decide(session, image_id, WorkState.DONE, str(user.id))


def send_back(session: Session, image_id: UUID, user: SignedIn, note: str) -> Image:
    """Gives an image back to who submitted it, with the reason. Raises as `accept` does."""
    image = _check(session, image_id, user)
    if image.work_state not in (*_HANDED_IN, WorkState.DONE) and image.work_by != str(user.id):
        raise Conflict("wrong_state", f"{image.name} is {image.work_state}: there is nothing to send back.")
    author = _submitter(session, image_id)
    image = service.decide(session, image_id, WorkState.OPEN, str(user.id), note)
    image.assigned_to = author or image.assigned_to
    return image


def _check(session: Session, image_id: UUID, user: SignedIn) -> Image:
    image = service.lock(session, image_id)
    if may_review(session, image, user):
        return image
    raise Problem(
        status=403,
        code="not_your_review",
        title="Not allowed",
        detail=f"{image.name} is reviewed by a manager, or by an annotator who did not submit it where the "
        "batch allows that.",
    )


def _is_for(user: SignedIn) -> ColumnElement[bool]:
    if user.role.includes(Role.MANAGER):
        return true()
    peers = select(Batch.id).where(Batch.peer_review)
    return Image.batch_id.in_(peers) & ~_submitted_by(str(user.id))


def _submitted_by(holder: str) -> ColumnElement[bool]:
    return exists().where(
        Transition.image_id == Image.id, Transition.to_state.in_(_HANDED_IN), Transition.by == holder
    )


def _submitter(session: Session, image_id: UUID) -> UUID | None:
    """Who handed the image in last; None: a machine."""
    handed_in = (
        select(Transition.by)
        .where(
            Transition.image_id == image_id,
            Transition.from_state.in_(_IN_HAND),
            Transition.to_state.in_(_HANDED_IN),
        )
        .order_by(Transition.at.desc())
        .limit(1)
    )
    by = session.scalar(handed_in)
    try:
        return UUID(by) if by else None
    except ValueError:
        return None
