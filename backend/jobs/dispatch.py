"""Sends the ids of committed jobs to the queue. A queue that is down costs only time: see the sweep."""

import time
from uuid import UUID

import structlog
from celery import Celery
from kombu.exceptions import KombuError, OperationalError
from sqlalchemy import event, update
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import session_scope, utc_now
from backend.jobs.models import Job, JobQueue

log = structlog.get_logger(__name__)

RUN_JOB = "maskloop.run_job"
PAUSE_AFTER_FAILURE_SECONDS = 5.0
PENDING = "jobs_to_send"
NOTED_AT_ONCE = 10_000  # databases limit the parameters of a statement


def send_after_commit(session: Session, job_id: UUID, queue: JobQueue) -> None:
    """Has the job's message sent when, and only when, this session's transaction commits."""
    session.info.setdefault(PENDING, []).append((job_id, queue))


def install_dispatch(sessions: sessionmaker[Session], celery: Celery) -> None:
    """Makes every session of this factory send its jobs after its commit."""
    sender = _Sender(sessions, celery)

    @event.listens_for(sessions, "after_commit")
    def _send(session: Session) -> None:
        if session.in_nested_transaction():
            return  # a released savepoint: nobody else sees these rows yet
        if jobs := session.info.pop(PENDING, None):
            sender.send(jobs)

    @event.listens_for(sessions, "after_rollback")
    def _forget(session: Session) -> None:
        if not session.in_nested_transaction():
            session.info.pop(PENDING, None)


class _Sender:
    def __init__(self, sessions: sessionmaker[Session], celery: Celery) -> None:
        self._sessions = sessions
        self._celery = celery
        self._paused_until = 0.0

    def send(self, jobs: list[tuple[UUID, JobQueue]]) -> None:
        """Rows whose message could not be sent keep `sent_at` empty; a worker's sweep sends them later."""
        sent: list[UUID] = []
        if time.monotonic() < self._paused_until:  # a hanging broker must not hold up each of many imports
            return
        try:
            for job_id, queue in jobs:
                self._celery.send_task(RUN_JOB, args=[str(job_id)], queue=queue.value, retry=False)
                sent.append(job_id)
        except (OperationalError, KombuError, OSError) as error:
            self._paused_until = time.monotonic() + PAUSE_AFTER_FAILURE_SECONDS
            log.warning("queue unreachable, jobs stay queued", error=str(error), unsent=len(jobs) - len(sent))
        for begin in range(0, len(sent), NOTED_AT_ONCE):
            some = sent[begin : begin + NOTED_AT_ONCE]
            with session_scope(self._sessions) as session:
                session.execute(update(Job).where(Job.id.in_(some)).values(sent_at=utc_now()))
