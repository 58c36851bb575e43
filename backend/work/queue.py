"""The order in which images are handed out, and the handing out."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.images import service as images
from backend.images.models import Image, WorkState
from backend.images.views import IMPORT_ORDER, stands_behind
from backend.masks.models import Mask, MaskState
from backend.projects.models import Batch
from backend.stages import service as stages
from backend.users.access import SignedIn
from backend.work.schemas import QueueCounts
from backend.work.service import IN_QUEUE, is_free_for, start_lease
from backend.work.visibility import may_be_handed_to, visible_to


def take_next(
    session: Session, user: SignedIn, *, after: UUID | None, encoders: Sequence[str], seconds: float
) -> Image | None:
    """Leases the first image of the person's queue that nobody else has; None when there is none.

    Two who ask at the same moment get two images: PostgreSQL passes over rows that the other has locked, and
    SQLite lets them in one by one.
    """
    rows = _queue(session, user, after=after, encoders=encoders).limit(1)
    # Not FOR UPDATE: masks saved meanwhile refer to the row and must not have to wait.
    image = session.scalars(rows.with_for_update(of=Image, skip_locked=True, key_share=True)).one_or_none()
    if image is not None:
        start_lease(image, str(user.id), seconds)
    return image


def look_ahead(
    session: Session, user: SignedIn, *, after: UUID | None, encoders: Sequence[str], count: int
) -> list[UUID]:
    """The images that the person would be handed out next, as things are."""
    rows = _queue(session, user, after=after, encoders=encoders).limit(count)
    return [image.id for image in session.scalars(rows) if image.id != after]


def count(session: Session, user: SignedIn) -> QueueCounts:
    """How many images that the person may see there are in each state."""
    visible = visible_to(user)
    by_state = select(Image.work_state, func.count()).where(visible).group_by(Image.work_state)
    counts = dict.fromkeys(WorkState, 0)
    for state, number in session.execute(by_state):
        counts[state] = number
    in_work = select(func.count()).select_from(Image).where(visible, Image.lease_until > utc_now())
    return QueueCounts(
        **{state.value: number for state, number in counts.items()}, in_work=session.scalar(in_work) or 0
    )


def _queue(session: Session, user: SignedIn, *, after: UUID | None, encoders: Sequence[str]) -> Select[Image]:
    """What is to do for this person, and not in somebody else's hands.

    Images whose embedding is there come before those that still wait for it. Among each, images put off come
    last, the longest put off first; what the person has begun comes first, then what is assigned to them;
    then by the priority of the batch and of the image; the rest in the order of import, from `after` on and
    around. `after` itself comes last of all; one that was deleted meanwhile is the same as none.
    """
    holder = str(user.id)
    order: list[ColumnElement[Any]] = [
        ~images.is_embedded(encoders),
        Image.work_state == WorkState.LATER,
        case((Image.work_state == WorkState.LATER, Image.work_at)),
        case((and_(Image.lease_holder == holder, _has_masks()), 0), else_=1),
        Image.assigned_to.is_(None),
        Batch.priority.desc(),
        Image.priority.desc(),
    ]
    if after is not None and (image := session.get(Image, after)):
        order = [Image.id == after, *order, case((stands_behind(image), 0), else_=1)]
    return (
        select(Image)
        .join(Batch, Batch.id == Image.batch_id)
        .where(
            Image.work_state.in_(IN_QUEUE),
            is_free_for(holder),
            images.in_project(user.project_id),
            may_be_handed_to(user.id),
            ~stages.waits_for_proposals(),
        )
        .order_by(*order, *IMPORT_ORDER)
    )


def _has_masks() -> ColumnElement[bool]:
    return exists().where(Mask.image_id == Image.id, Mask.state == MaskState.ACCEPTED)
