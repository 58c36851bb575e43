"""Projects and batches. For now there is one of each, made on first use."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.projects.models import Batch, Project, Stage

FIRST_PROJECT = "My project"
FIRST_BATCH = "First batch"
_OLDEST_BATCH = select(Batch).order_by(Batch.created_at, Batch.id).limit(1)


def first_batch(session: Session) -> Batch | None:
    return session.scalars(_OLDEST_BATCH).one_or_none()


def ensure_first_batch(session: Session) -> Batch:
    """The batch that images go to; makes it, with its project, when there is none."""
    batch = first_batch(session)
    if batch is None:
        try:
            with session.begin_nested():
                batch = _make_first_batch(session)
        except IntegrityError:  # another request made both at the same moment
            batch = session.scalars(_OLDEST_BATCH).one()
    return batch


def _make_first_batch(session: Session) -> Batch:
    project = Project(name=FIRST_PROJECT)
    session.add(project)
    session.flush()
    batch = Batch(project_id=project.id, name=FIRST_BATCH, stage=Stage.ASSISTED_MANUAL)
    session.add(batch)
    session.flush()
    return batch


def stage_of_batch(session: Session, batch_id: UUID) -> Stage:
    return session.scalars(select(Batch.stage).where(Batch.id == batch_id)).one()
