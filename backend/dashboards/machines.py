"""What the machines do: queues, jobs by the hour, failures, storage."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.core.storage import Storage
from backend.core.times import seconds_between, utc_hour
from backend.dashboards.schemas import FailureFigures, HourFigures, MachinesOut, QueueFigures
from backend.dashboards.storage import show_disk, show_storage
from backend.jobs.models import Job, JobQueue, JobState
from backend.jobs.service import UNTOLD
from backend.jobs.views import list_workers

HOURS = timedelta(hours=24)
MOST_FAILURES = 100  # kinds of them


def show(session: Session, project_id: UUID, storage: Storage, *, stale_seconds: float) -> MachinesOut:
    """Jobs are the project's; workers and storage serve all."""
    return MachinesOut(
        queues=_queues(session, project_id, stale_seconds),
        hours=_hours(session, project_id),
        failures=_failures(session, project_id),
        storage=show_storage(session, storage),
        disk=show_disk(storage),
    )


def _queues(session: Session, project_id: UUID, stale_seconds: float) -> list[QueueFigures]:
    waiting = (JobState.QUEUED, JobState.RUNNING)
    rows = (
        select(Job.queue, Job.state, func.count())
        .where(Job.project_id == project_id, Job.state.in_(waiting))
        .group_by(Job.queue, Job.state)
    )
    jobs = {(queue, state): count for queue, state, count in session.execute(rows)}
    alive = (worker for worker in list_workers(session, stale_seconds) if worker.alive)
    serving = Counter(queue for worker in alive for queue in worker.queues)
    return [
        QueueFigures(
            queue=queue,
            queued=jobs.get((queue, JobState.QUEUED), 0),
            running=jobs.get((queue, JobState.RUNNING), 0),
            workers=serving[queue],
        )
        for queue in JobQueue
    ]


def _hours(session: Session, project_id: UUID) -> list[HourFigures]:
    hour = utc_hour(Job.finished_at)
    is_done = Job.state == JobState.DONE
    since = utc_now() - HOURS
    rows = (
        select(
            hour,
            Job.kind,
            func.count(case((is_done, Job.id))),
            func.count(case((Job.state == JobState.FAILED, Job.id))),
            func.avg(case((is_done, seconds_between(Job.started_at, Job.finished_at)))),
        )
        # A row changes last when its job ends, or later; that time has an index.
        .where(Job.project_id == project_id, Job.updated_at >= since, Job.finished_at >= since)
        .group_by(hour, Job.kind)
        .order_by(hour, Job.kind)
    )
    return [
        HourFigures(
            hour=begin,
            kind=kind,
            done=done,
            failed=failed,
            mean_seconds=None if seconds is None else round(float(seconds), 1),
        )
        for begin, kind, done, failed, seconds in session.execute(rows)
    ]


def _failures(session: Session, project_id: UUID) -> list[FailureFigures]:
    last_at = func.max(Job.updated_at)
    rows = (
        select(Job.kind, Job.error, func.count(), last_at)
        .where(Job.project_id == project_id, Job.state == JobState.FAILED)
        .group_by(Job.kind, Job.error)
        .order_by(last_at.desc())
        .limit(MOST_FAILURES)
    )
    return [
        FailureFigures(kind=kind, reason=reason or UNTOLD, jobs=count, last_at=at)
        for kind, reason, count, at in session.execute(rows)
    ]
