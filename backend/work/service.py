"""Who has an image now, and what was decided about it: every change of either is here.

A change first locks the image's row, so that of two that come at the same moment the second sees what the
first has done. (SQLite's lock is that of the whole database, taken at the start of the transaction.)
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.core.errors import Conflict, NotFound
from backend.images import service as images
from backend.images.models import Image, WorkState
from backend.masks import service as masks
from backend.users import service as users
from backend.work.models import Transition
from backend.work.schemas import TransitionOut

IN_QUEUE = (WorkState.OPEN, WorkState.LATER)
BEING_ANNOTATED = (*IN_QUEUE, WorkState.FLAGGED)
SUBMITTED = (WorkState.SUBMITTED, WorkState.IN_REVIEW)
# Nobody annotates these unless they are reopened.
DONE = (WorkState.SUBMITTED, WorkState.IN_REVIEW, WorkState.DONE, WorkState.SKIPPED)

_OUT_OF_THE_QUEUE = (WorkState.FLAGGED, WorkState.SUBMITTED, WorkState.IN_REVIEW, WorkState.SKIPPED)
STEPS: dict[WorkState, tuple[WorkState, ...]] = {
    WorkState.OPEN: (WorkState.LATER, *_OUT_OF_THE_QUEUE),
    # A second "later" puts it behind what was put off meanwhile.
    WorkState.LATER: (WorkState.LATER, WorkState.OPEN, *_OUT_OF_THE_QUEUE),
    WorkState.FLAGGED: (
        WorkState.OPEN,
        WorkState.LATER,
        WorkState.SUBMITTED,
        WorkState.IN_REVIEW,
        WorkState.SKIPPED,
    ),
    WorkState.SUBMITTED: (WorkState.OPEN, WorkState.IN_REVIEW, WorkState.DONE),
    WorkState.IN_REVIEW: (WorkState.OPEN, WorkState.DONE),
    WorkState.DONE: (WorkState.OPEN, WorkState.IN_REVIEW),
    WorkState.SKIPPED: (WorkState.OPEN,),
}


# As they stand in sentences.
WORDS = {state: state.value.replace("_", " ") for state in WorkState}


def may_step(before: WorkState, to: WorkState) -> bool:
    return to in STEPS[before]


def is_held(image: Image, now: datetime) -> bool:
    return image.lease_until is not None and image.lease_until > now


def is_free_for(holder: str) -> ColumnElement[bool]:
    """A condition on images: nobody else has them now."""
    return or_(Image.lease_until.is_(None), Image.lease_until <= utc_now(), Image.lease_holder == holder)


def decide(session: Session, image_id: UUID, to: WorkState, holder: str, note: str | None = None) -> Image:
    """Changes an image's state, writes that down and gives the lease back. Repeating it changes nothing.

    Raises NotFound, Conflict (image_in_use), Conflict (wrong_state) and Conflict (proposals_left).
    """
    image = lock(session, image_id)
    _refuse_if_held_by_another(session, image, holder)
    before = image.work_state
    if not may_step(before, to):
        if before == to and image.work_by == holder:
            return image
        raise _wrong_state(image)
    if to in (WorkState.SUBMITTED, WorkState.IN_REVIEW, WorkState.DONE):
        _refuse_with_proposals(session, image)
    now = utc_now()
    session.add(Transition(image_id=image.id, from_state=before, to_state=to, note=note, by=holder, at=now))
    image.work_state, image.work_note, image.work_by, image.work_at = to, note, holder, now
    if before in BEING_ANNOTATED and to in SUBMITTED:
        image.submitted_by, image.submitted_at = holder, now
    _end_lease(image, now)
    return image


def show_history(session: Session, image_id: UUID) -> list[TransitionOut]:
    """Every decision about an image, oldest first. Raises NotFound."""
    images.get_image(session, image_id)
    rows = select(Transition).where(Transition.image_id == image_id)
    steps = session.scalars(rows.order_by(Transition.at, Transition.id)).all()
    names = users.names_by_id(session, [step.by for step in steps])
    return [
        TransitionOut(
            from_state=step.from_state,
            to_state=step.to_state,
            note=step.note,
            by=step.by,
            by_name=names.get(step.by),
            at=step.at,
        )
        for step in steps
    ]


def take_lease(
    session: Session, image_id: UUID, holder: str, seconds: float, *, reviewing: bool = False
) -> datetime:
    """Has an image for the next `seconds`, or goes on having it; until when.

    Raises NotFound, Conflict (image_in_use) and, for an image that is done, Conflict (wrong_state); an image
    in review is for those who are `reviewing`.
    """
    image = lock(session, image_id, for_lease=True)
    _refuse_if_held_by_another(session, image, holder)
    if image.work_state in DONE and not (reviewing and image.work_state == WorkState.IN_REVIEW):
        raise _wrong_state(image)
    return start_lease(image, holder, seconds)


def give_back_lease(session: Session, image_id: UUID, holder: str) -> None:
    """Nothing happens to a lease that somebody else has by now. Raises NotFound."""
    image = lock(session, image_id, for_lease=True)
    now = utc_now()
    if image.lease_holder == holder and is_held(image, now):
        _end_lease(image, now)


def start_lease(image: Image, holder: str, seconds: float) -> datetime:
    """For an image that is locked and free; until when."""
    now = utc_now()
    until = now + timedelta(seconds=seconds)
    image.lease_holder, image.lease_until, image.work_updated_at = holder, until, now
    return until


def _end_lease(image: Image, now: datetime) -> None:
    # The holder stays: an image that was begun comes back to who began it.
    image.lease_until = None
    image.work_updated_at = now


def lock(session: Session, image_id: UUID, *, for_lease: bool = False) -> Image:
    """The image, its work kept from other changes until the end of the transaction. Raises NotFound.

    New masks have to wait as well, since they are counted by what is decided about their image; not so
    `for_lease`. Both are taken at once: of two that want more than they have, each would wait for the other.
    """
    rows = select(Image).where(Image.id == image_id).with_for_update(key_share=for_lease)
    # Read anew: the session may have seen the row before somebody else changed it.
    image = session.scalars(rows.execution_options(populate_existing=True)).one_or_none()
    if image is None:
        raise NotFound("image", image_id)
    return image


def _refuse_if_held_by_another(session: Session, image: Image, holder: str) -> None:
    if image.lease_holder != holder and image.lease_until is not None and is_held(image, utc_now()):
        name = users.names_by_id(session, [image.lease_holder]).get(image.lease_holder or "", "Somebody else")
        until = image.lease_until.strftime("%H:%M:%S UTC")
        raise Conflict(
            "image_in_use",
            f"{name} works on {image.name}. Unless they go on, it is free at {until}.",
        )


def _refuse_with_proposals(session: Session, image: Image) -> None:
    left = masks.count_proposals(session, image.id)
    if left:
        proposals = "1 proposed mask is" if left == 1 else f"{left} proposed masks are"
        raise Conflict(
            "proposals_left", f"{proposals} left on {image.name}. Accept or reject what is left first."
        )


def _wrong_state(image: Image) -> Conflict:
    way_out = "" if image.work_state == WorkState.OPEN else " Reopen it to change that."
    return Conflict("wrong_state", f"{image.name} is {WORDS[image.work_state]} already.{way_out}")
