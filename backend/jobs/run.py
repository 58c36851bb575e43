"""One run of a job: claim it, keep saying that it is alive, do the work, write down how it ended.

A domain's `tasks.py` offers a handler `def name(run: JobRun) -> None` that does the work of one kind of job
for `run.subject`. It raises JobError for a failure that a person should read; whatever else it raises is a
mistake of ours. It may be called twice for one subject, even at the same time, and must allow that.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import is_temporary, session_scope
from backend.core.storage import Storage
from backend.core.threads import alongside
from backend.jobs import service
from backend.jobs.models import Job, JobKind
from backend.runtime import Runtime
from backend.settings import Settings

log = structlog.get_logger(__name__)


class JobError(Exception):
    """An expected failure of a job: a stable `code` and a sentence for the user."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TakenAwayError(Exception):
    """The job is no longer this run's: it was deleted, or given to another worker."""


class InterruptedJobError(Exception):
    """The work broke off through no fault of its own: the row stays as it is, and the sweep re-queues it."""


@dataclass(frozen=True)
class JobRun:
    """What a handler is given."""

    subject: str
    token: UUID
    runtime: Runtime

    @property
    def settings(self) -> Settings:
        return self.runtime.settings

    @property
    def sessions(self) -> sessionmaker[Session]:
        return self.runtime.sessions

    @property
    def storage(self) -> Storage:
        return self.runtime.storage

    def is_held(self) -> bool:
        """False once the job is forgotten or another worker's."""
        with session_scope(self.sessions, read_only=True) as session:
            return service.is_held(session, self.token)

    def report_progress(self, progress: float) -> None:
        """`progress` from 0 to 1. Raises TakenAwayError, so that work that nobody wants stops."""
        with session_scope(self.sessions) as session:
            if not service.report_progress(session, self.token, progress):
                raise TakenAwayError


Handler = Callable[[JobRun], None]


def run_job(runtime: Runtime, job_id: UUID, handlers: Mapping[JobKind, Handler]) -> None:
    """Runs the job unless somebody else does or did: a message may come twice.

    A database that goes away meanwhile leaves the row as it is; the sweep has the job run again.
    """
    try:
        _claim_and_run(runtime, job_id, handlers)
    except SQLAlchemyError as error:
        if not is_temporary(error):
            raise
        log.warning("the database is away, the job has to wait", job=str(job_id), error=str(error))
    except InterruptedJobError as error:
        log.error("the job broke off and has to wait", job=str(job_id), reason=str(error))


def _claim_and_run(runtime: Runtime, job_id: UUID, handlers: Mapping[JobKind, Handler]) -> None:
    with session_scope(runtime.sessions) as session:
        token = service.claim(session, job_id)
        job = session.get(Job, job_id)
    if token is None or job is None:
        log.info("job is not queued, nothing to do", job=str(job_id))
        return

    with structlog.contextvars.bound_contextvars(job=str(job_id), kind=job.kind.value, subject=job.subject):
        log.debug("job started", attempt=job.attempts)
        with _heartbeat(runtime, token):
            failure = _work(handlers[job.kind], JobRun(job.subject, token, runtime))
        with session_scope(runtime.sessions) as session:
            if failure is None:
                kept = service.finish(session, token)
            else:
                kept = service.fail(session, token, code=failure.code, message=failure.message)
        outcome = "done" if failure is None else failure.code
        log.info("job ended" if kept else "job was taken away meanwhile", outcome=outcome)


def _work(handler: Handler, run: JobRun) -> JobError | None:
    try:
        handler(run)
    except TakenAwayError:
        return None  # the end of this run changes nothing any more
    except InterruptedJobError:
        raise
    except JobError as error:
        log.warning("job failed", code=error.code, reason=error.message)
        return error
    except Exception as error:
        if is_temporary(error):
            raise  # no failure of the job's
        log.exception("job failed unexpectedly")
        return JobError("internal", "Something went wrong that should not have. The worker's log says what.")
    return None


def _heartbeat(runtime: Runtime, token: UUID) -> AbstractContextManager[None]:
    def beat() -> bool:
        try:
            with session_scope(runtime.sessions) as session:
                is_ours = service.heartbeat(session, token)
        except SQLAlchemyError as error:  # the database may be back at the next beat
            log.warning("heartbeat failed", error=str(error))
            return True
        if not is_ours:
            log.warning("this run lost its claim")
        return is_ours

    return alongside("heartbeat", runtime.settings.heartbeat_seconds, beat)
