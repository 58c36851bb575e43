"""Who works on what, and how much people did lately, from aggregates over SQL."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, distinct, func, select
from sqlalchemy.orm import Session

from backend.batches.schemas import HeldImage, PersonOut
from backend.core.database import utc_now
from backend.images.models import Image
from backend.images.service import in_project
from backend.masks.models import Mask, MaskState
from backend.users import service as users
from backend.work.models import Transition
from backend.work.service import BEING_ANNOTATED, SUBMITTED

WEEK = timedelta(days=6)  # and today
NOTHING_SUBMITTED = {"submitted_today": 0, "submitted_week": 0}
NO_MASKS = {"masks_today": 0, "masks_week": 0, "seconds_per_mask": None}


def list_people(session: Session, project_id: UUID, today: datetime) -> list[PersonOut]:
    """Who is in the project and not disabled, by name. `today`: when the day began."""
    mine = in_project(project_id)
    held = _held_images(session, mine)
    submitted = _count_submitted(session, mine, today)
    masks = _count_masks(session, mine, today)
    return [
        PersonOut(
            id=user.id,
            name=user.name,
            role=role,
            last_seen_at=user.last_seen_at,
            holds=held.get(str(user.id), []),
            **submitted.get(str(user.id), NOTHING_SUBMITTED),
            **masks.get(user.id, NO_MASKS),
        )
        for user, role in users.members(session, project_id)
    ]


def _held_images(session: Session, which: ColumnElement[bool]) -> dict[str, list[HeldImage]]:
    rows = (
        select(Image.lease_holder, Image.id, Image.name)
        .where(which, Image.lease_until > utc_now())
        .order_by(Image.work_updated_at.desc(), Image.id)
    )
    held: dict[str, list[HeldImage]] = defaultdict(list)
    for holder, image_id, name in session.execute(rows):
        held[str(holder)].append(HeldImage(id=image_id, name=name))
    return held


def _count_submitted(
    session: Session, which: ColumnElement[bool], today: datetime
) -> dict[str, dict[str, int]]:
    """An image counts once, also when it came back and was submitted again."""
    week = today - WEEK
    rows = (
        select(
            Transition.by,
            func.count(distinct(case((Transition.at >= today, Transition.image_id)))).label("today"),
            func.count(distinct(Transition.image_id)).label("week"),
        )
        .join(Image, Image.id == Transition.image_id)
        # No decision is younger than its image's, which has an index by time.
        .where(which, Image.work_updated_at >= week, Transition.at >= week)
        .where(
            Transition.from_state.in_(BEING_ANNOTATED),
            Transition.to_state.in_(SUBMITTED),
        )
        .group_by(Transition.by)
    )
    return {
        row.by: {"submitted_today": row.today, "submitted_week": row.week} for row in session.execute(rows)
    }


def _count_masks(
    session: Session, which: ColumnElement[bool], today: datetime
) -> dict[UUID, dict[str, float | None]]:
    week = today - WEEK
    timed = Mask.active_ms > 0  # what machines made, and imports, took nobody's time
    rows = (
        select(
            Mask.author_id,
            func.count(case((Mask.created_at >= today, Mask.id))).label("today"),
            func.count().label("week"),
            func.avg(case((timed, Mask.active_ms))).label("active_ms"),
        )
        .join(Image, Image.id == Mask.image_id)
        # Nothing was made after its last change, which has an index by time.
        .where(which, Mask.updated_at >= week, Mask.created_at >= week)
        .where(Mask.state == MaskState.ACCEPTED, Mask.author_id.is_not(None))
        .group_by(Mask.author_id)
    )
    return {
        row.author_id: {
            "masks_today": row.today,
            "masks_week": row.week,
            "seconds_per_mask": None if row.active_ms is None else round(float(row.active_ms) / 1000, 1),
        }
        for row in session.execute(rows)
    }
