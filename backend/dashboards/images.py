"""Figures of images: their states, and when they were finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from backend.batches.overview import FINISHED
from backend.core.times import utc_day
from backend.dashboards.schemas import Filters
from backend.images.models import Image, WorkState
from backend.masks.models import Mask, MaskState
from backend.projects.models import Batch, BatchKind, Stage
from backend.work.models import Transition
from backend.work.service import IN_QUEUE

SUBMITTED = (WorkState.SUBMITTED, WorkState.IN_REVIEW)


@dataclass(frozen=True)
class Finished:
    """How many images somebody has submitted on a day and not had back since."""

    by: str  # a user's id as text, or a machine
    day: date
    images: int


def work_batches(session: Session, project_id: UUID, filters: Filters) -> Sequence[Batch]:
    """The batches that figures of images are about: second looks and audits are not among them."""
    batches = select(Batch).where(Batch.project_id == project_id, Batch.kind == BatchKind.WORK)
    if filters.batch:
        batches = batches.where(Batch.id.in_(filters.batch))
    if filters.stage:
        batches = batches.where(Batch.stage.in_(filters.stage))
    return session.scalars(batches.order_by(Batch.created_at, Batch.id)).all()


def finished(session: Session, batch_ids: Sequence[UUID]) -> list[Finished]:
    """Images that are finished, by who submitted them last and when."""
    last = (
        select(Transition.image_id, func.max(Transition.at).label("at"))
        .where(_hands_in())
        .group_by(Transition.image_id)
        .subquery()
    )
    day = utc_day(Transition.at)
    rows = (
        select(Transition.by, day, func.count())
        .join(last, (last.c.image_id == Transition.image_id) & (last.c.at == Transition.at))
        .join(Image, Image.id == Transition.image_id)
        .where(_hands_in(), Image.batch_id.in_(batch_ids), Image.work_state.in_(FINISHED))
        .group_by(Transition.by, day)
    )
    return [Finished(*row) for row in session.execute(rows)]


def count_begun(session: Session, batch_ids: Sequence[UUID]) -> dict[Stage, int]:
    """Images with any accepted mask, by the present stage of their batch."""
    # One look into an index for each image. As EXISTS, PostgreSQL may choose to join all masks instead.
    any_mask = (
        select(Mask.id)
        .where(Mask.image_id == Image.id, Mask.state == MaskState.ACCEPTED)
        .limit(1)
        .scalar_subquery()
    )
    rows = (
        select(Batch.stage, func.count())
        .join_from(Image, Batch, Batch.id == Image.batch_id)
        .where(Image.batch_id.in_(batch_ids), any_mask.is_not(None))
        .group_by(Batch.stage)
    )
    return {stage: count for stage, count in session.execute(rows)}


def _hands_in() -> ColumnElement[bool]:
    return Transition.from_state.in_((*IN_QUEUE, WorkState.FLAGGED)) & Transition.to_state.in_(SUBMITTED)
