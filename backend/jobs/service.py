"""The life of a job: queued, claimed by one run, finished or failed, taken back when its worker dies.

Every step is one conditional UPDATE, so that workers and sweepers may race: one of them wins.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, Update, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.core.errors import Conflict, NotFound
from backend.jobs.dispatch import send_after_commit
from backend.jobs.models import Job, JobKind, JobQueue, JobState, Worker

LOST_MESSAGE_AFTER = timedelta(seconds=10)
UNSENT_AFTER = timedelta(seconds=2)  # leaves the sender of a fresh job the time to send it itself
RESEND_AT_MOST = 100  # messages per queue and sweep
UNTOLD = "It has failed without a reason."  # for a job whose error is empty
RECENT_PARTS = 30  # the pace follows the workers' present one


def find(session: Session, kind: JobKind, subject: str) -> Job | None:
    return session.scalars(select(Job).where(Job.kind == kind, Job.subject == subject)).one_or_none()


def find_all(session: Session, kind: JobKind, subjects: Sequence[str]) -> dict[str, Job]:
    """Jobs by subject."""
    found = session.scalars(select(Job).where(Job.kind == kind, Job.subject.in_(subjects)))
    return {job.subject: job for job in found}


def moved_since(session: Session, kind: JobKind, since: datetime) -> list[tuple[UUID, datetime]]:
    """The subjects, which must be ids, of jobs that are new or moved, each with the time of it."""
    moved = select(Job.subject, Job.updated_at).where(Job.kind == kind, Job.updated_at >= since)
    return [(UUID(subject), updated_at) for subject, updated_at in session.execute(moved)]


def get_job(session: Session, job_id: UUID) -> Job:
    """Raises NotFound (job_not_found)."""
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound("job", job_id)
    return job


def forget(session: Session, kind: JobKind, subject: str) -> None:
    """Deletes a job; a run of it has lost its claim."""
    session.execute(delete(Job).where(Job.kind == kind, Job.subject == subject))


def forget_project(session: Session, project_id: UUID) -> None:
    """Deletes a project's jobs. Embeddings go on, since other projects may have the same pictures."""
    own = delete(Job).where(Job.project_id == project_id, Job.kind != JobKind.EMBED)
    session.execute(own.execution_options(synchronize_session=False))


def enqueue(
    session: Session, kind: JobKind, subject: str, queue: JobQueue, *, project_id: UUID | None = None
) -> Job:
    """The job of this kind and subject, queued now if there was none; its message leaves after the commit."""
    job = find(session, kind, subject)
    if job is not None:
        return job
    job = Job(kind=kind, subject=subject, queue=queue, project_id=project_id)
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:  # another transaction queued it between the look and the insert
        return session.scalars(select(Job).where(Job.kind == kind, Job.subject == subject)).one()
    send_after_commit(session, job.id, job.queue)
    return job


def enqueue_parts(
    session: Session,
    kind: JobKind,
    subjects: Sequence[str],
    queue: JobQueue,
    *,
    project_id: UUID,
    part_of: UUID,
) -> None:
    """Queues new jobs, one a subject, which together are one larger work."""
    enqueue_new(session, kind, dict.fromkeys(subjects, project_id), queue, part_of=part_of)


def enqueue_new(
    session: Session,
    kind: JobKind,
    project_ids: Mapping[str, UUID],
    queue: JobQueue,
    *,
    part_of: UUID | None = None,
) -> None:
    """Queues a job for each of these subjects, in their order; each has the project that asks for it.

    Raises IntegrityError where one of them has a job already.
    """
    if not project_ids:
        return
    now = utc_now()
    rows: list[dict[str, Any]] = [
        {
            "id": uuid4(),
            "kind": kind,
            "queue": queue,
            "subject": subject,
            "project_id": project_id,
            "part_of": part_of,
            "state": JobState.QUEUED,
            "attempts": 0,
            "created_at": now + place * timedelta(microseconds=1),
            "updated_at": now,
        }
        for place, (subject, project_id) in enumerate(project_ids.items())
    ]
    session.execute(insert(Job), rows)
    for row in rows:
        send_after_commit(session, row["id"], queue)


def drop(session: Session, kind: JobKind, subject: str) -> bool:
    """Forgets a job unless it runs; whether there is none now."""
    idle = delete(Job).where(Job.kind == kind, Job.subject == subject, Job.state != JobState.RUNNING)
    session.execute(idle.execution_options(synchronize_session=False))
    return find(session, kind, subject) is None


def drop_parts(session: Session, part_of: UUID, *states: JobState) -> None:
    """Forgets the jobs of a larger work that are in these states; their messages find nothing to do."""
    dropped = delete(Job).where(Job.part_of == part_of, Job.state.in_(states))
    session.execute(dropped.execution_options(synchronize_session=False))


def count_parts(session: Session, part_of: UUID) -> dict[JobState, int]:
    """How many jobs of a larger work are in each state."""
    by_state = select(Job.state, func.count()).where(Job.part_of == part_of).group_by(Job.state)
    return dict.fromkeys(JobState, 0) | {state: count for state, count in session.execute(by_state)}


def failed_parts(session: Session, part_of: UUID) -> Sequence[Job]:
    """The oldest first."""
    failed = select(Job).where(Job.part_of == part_of, Job.state == JobState.FAILED)
    return session.scalars(failed.order_by(Job.created_at, Job.id)).all()


def parts_per_minute(session: Session, part_of: UUID) -> float | None:
    """The present pace of a larger work; None as long as there is too little to judge by."""
    done = select(Job.finished_at).where(Job.part_of == part_of, Job.state == JobState.DONE)
    recent = session.scalars(done.order_by(Job.finished_at.desc()).limit(RECENT_PARTS))
    times = [finished_at for finished_at in recent if finished_at is not None]
    if len(times) < 2:
        return None
    seconds = (times[0] - times[-1]).total_seconds()
    return 60 * (len(times) - 1) / seconds if seconds > 0 else None


def usual_seconds(session: Session, kind: JobKind) -> float | None:
    """What a job of this kind has taken of late; None before the first one has ended."""
    done = select(Job).where(Job.kind == kind, Job.state == JobState.DONE)
    recent = session.scalars(done.order_by(Job.finished_at.desc()).limit(RECENT_PARTS))
    took = [
        (job.finished_at - job.started_at).total_seconds()
        for job in recent
        if job.finished_at is not None and job.started_at is not None
    ]
    return median(took) if took else None


def retry(session: Session, job: Job) -> bool:
    """Queues a failed job again, with all its attempts; False when it had not failed."""
    return _queue_ended(session, job, JobState.FAILED)


def retry_failed(session: Session, job_id: UUID) -> Job:
    """Queues a failed job again. Raises NotFound, and Conflict (not_failed)."""
    job = get_job(session, job_id)
    if not retry(session, job):
        raise Conflict("not_failed", "This job has not failed, or somebody has tried it again already.")
    return job


def retry_all_failed(session: Session, project_id: UUID, kind: JobKind, *, reason: str | None = None) -> int:
    """Queues a project's failed jobs of a kind again, all of them or those of one reason; how many."""
    failed = update(Job).where(Job.project_id == project_id, Job.kind == kind, Job.state == JobState.FAILED)
    if reason is not None:
        failed = failed.where(func.coalesce(Job.error, UNTOLD) == reason)
    queued = failed.values(**_afresh()).returning(Job.id, Job.queue)
    retried = session.execute(queued.execution_options(synchronize_session=False)).all()
    for job_id, queue in retried:
        send_after_commit(session, job_id, queue)
    return len(retried)


def run_again(session: Session, job: Job) -> bool:
    """Queues a job that is done again; False when it was not."""
    return _queue_ended(session, job, JobState.DONE)


def _queue_ended(session: Session, job: Job, state: JobState) -> bool:
    retried = _changes_one(
        session,
        update(Job).where(Job.id == job.id, Job.state == state).values(**_afresh()),
    )
    if retried:
        session.refresh(job)
        send_after_commit(session, job.id, job.queue)
    return retried


def claim(session: Session, job_id: UUID) -> UUID | None:
    """Starts a run of a queued job and returns its token; None when there is nothing to run."""
    token = uuid4()
    now = utc_now()
    claimed = _changes_one(
        session,
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.QUEUED)
        .values(
            state=JobState.RUNNING,
            claim=token,
            attempts=Job.attempts + 1,
            progress=None,
            started_at=now,
            heartbeat_at=now,
            updated_at=now,
        ),
    )
    return token if claimed else None


def heartbeat(session: Session, token: UUID) -> bool:
    """Says that the run is alive; False when the job was taken away from it."""
    return _changes_one(session, update(Job).where(_held_by(token)).values(heartbeat_at=utc_now()))


def report_progress(session: Session, token: UUID, progress: float) -> bool:
    """`progress` from 0 to 1; False when the job was taken away from this run."""
    now = utc_now()
    values = {"progress": progress, "heartbeat_at": now, "updated_at": now}
    return _changes_one(session, update(Job).where(_held_by(token)).values(**values))


def finish(session: Session, token: UUID) -> bool:
    """Marks the job done; False when it was taken away from this run."""
    return _end(session, token, state=JobState.DONE, progress=1.0)


def is_held(session: Session, token: UUID) -> bool:
    """Whether the job is still this run's."""
    return bool(session.scalar(select(exists().where(_held_by(token)))))


def fail(session: Session, token: UUID, *, code: str, message: str) -> bool:
    """Marks the job failed for a reason that a person can read; False when it was taken away."""
    return _end(session, token, state=JobState.FAILED, error_code=code, error=message)


def take_back_stale(session: Session, *, stale_seconds: float, max_attempts: int) -> int:
    """Queues jobs whose worker went silent again, gives up those that lost too many; how many in all."""
    now = utc_now()
    silent = (Job.state == JobState.RUNNING) & (Job.heartbeat_at < now - timedelta(seconds=stale_seconds))
    touched = 0
    for job in session.scalars(select(Job).where(silent)).all():
        mine = update(Job).where(Job.id == job.id, Job.claim == job.claim, silent)
        if job.attempts < max_attempts:
            if _changes_one(session, mine.values(**_queued_again())):
                send_after_commit(session, job.id, job.queue)
                touched += 1
        else:
            reason = (
                f"The worker died {job.attempts} times while it was at this. Its memory may be too small."
            )
            given_up = mine.values(
                state=JobState.FAILED,
                claim=None,
                error_code="worker_lost",
                error=reason,
                updated_at=now,
                finished_at=now,
            )
            touched += _changes_one(session, given_up)
    return touched


def resend_lost(session: Session, queue: JobQueue) -> int:
    """Sends queued jobs again whose message seems lost; how many.

    A job that was never sent goes out at once. One that was sent is taken for lost only when its queue has
    stood still for a while: otherwise it simply waits behind others.
    """
    now = utc_now()
    lost = Job.sent_at.is_(None) & (Job.updated_at < now - UNSENT_AFTER)
    if not _is_moving(session, queue):
        lost |= Job.sent_at < now - LOST_MESSAGE_AFTER
    waiting = select(Job).where(Job.state == JobState.QUEUED, Job.queue == queue, lost)
    jobs = session.scalars(waiting.order_by(Job.created_at).limit(RESEND_AT_MOST)).all()
    resent = 0
    for job in jobs:
        unchanged = Job.sent_at.is_(None) if job.sent_at is None else Job.sent_at == job.sent_at
        mine = update(Job).where(Job.id == job.id, Job.state == JobState.QUEUED, unchanged)
        if _changes_one(session, mine.values(sent_at=now)):
            send_after_commit(session, job.id, job.queue)
            resent += 1
    return resent


def live_workers(session: Session, *, stale_seconds: float) -> int:
    """How many worker processes said lately that they are alive."""
    fresh = Worker.heartbeat_at > utc_now() - timedelta(seconds=stale_seconds)
    return session.scalar(select(func.count()).select_from(Worker).where(fresh)) or 0


def _is_moving(session: Session, queue: JobQueue) -> bool:
    recently = Job.finished_at > utc_now() - LOST_MESSAGE_AFTER
    moving = exists().where(Job.queue == queue, (Job.state == JobState.RUNNING) | recently)
    return bool(session.scalar(select(moving)))


def _end(session: Session, token: UUID, **values: Any) -> bool:
    now = utc_now()
    ended = update(Job).where(_held_by(token)).values(claim=None, updated_at=now, finished_at=now, **values)
    return _changes_one(session, ended)


def _held_by(token: UUID) -> Any:
    return (Job.claim == token) & (Job.state == JobState.RUNNING)


def _queued_again() -> dict[str, Any]:
    return {
        "state": JobState.QUEUED,
        "claim": None,
        "started_at": None,
        "heartbeat_at": None,
        "sent_at": None,
        "progress": None,
        "updated_at": utc_now(),
    }


def _afresh() -> dict[str, Any]:
    """With all its attempts, and without what became of the last one."""
    return {**_queued_again(), "attempts": 0, "error_code": None, "error": None, "finished_at": None}


def _changes_one(session: Session, statement: Update) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], result).rowcount == 1
