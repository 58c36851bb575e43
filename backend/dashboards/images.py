"""Figures of images: their states, and when they were finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.core.times import utc_day
from backend.images.models import FINISHED, Image
from backend.projects.models import Batch, BatchKind


@dataclass(frozen=True)
class Finished:
    """How many images somebody has submitted on a day and not had back since."""

    by: str  # a user's id as text, or a machine
    day: date
    images: int


def work_batches(session: Session, project_id: UUID) -> Sequence[Batch]:
    """Second looks and audits are not among them."""
    batches = select(Batch).where(Batch.project_id == project_id, Batch.kind == BatchKind.WORK)
    return session.scalars(batches.order_by(Batch.created_at, Batch.id)).all()


def finished(session: Session, batch_ids: Sequence[UUID]) -> list[Finished]:
    """Images that are finished, by who submitted them last and when."""
    day = utc_day(Image.submitted_at)
    rows = (
        select(Image.submitted_by, day, func.count())
        .where(Image.batch_id.in_(batch_ids), Image.work_state.in_(FINISHED), Image.submitted_at.is_not(None))
        .group_by(Image.submitted_by, day)
    )
    return [Finished(*row) for row in session.execute(rows)]
