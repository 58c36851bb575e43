"""The worker process: takes job ids from the queue, one at a time, and keeps the jobs' house in order."""

import os
import socket
import threading
import warnings
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from celery.exceptions import Reject
from celery.platforms import SecurityWarning
from celery.signals import setup_logging
from celery.worker import state
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.core.database import session_scope, utc_now
from backend.exports.tasks import export_masks
from backend.images.tasks import embed, load_engine
from backend.imports.tasks import import_annotations
from backend.jobs import service
from backend.jobs.broker import make_celery
from backend.jobs.dispatch import RUN_JOB
from backend.jobs.models import JobKind, JobQueue, Worker
from backend.jobs.run import Handler, run_job
from backend.models.tasks import download_model
from backend.runtime import Runtime
from backend.stages.tasks import automask, propose, train_detector
from backend.training.sweep import start_due_runs
from backend.training.tasks import retrain_apart

log = structlog.get_logger(__name__)

FORGET_WORKER_AFTER = timedelta(days=1)


HANDLERS: Mapping[JobKind, Handler] = {
    JobKind.EMBED: embed,
    JobKind.EXPORT: export_masks,
    JobKind.IMPORT_ANNOTATIONS: import_annotations,
    JobKind.TRAIN_DETECTOR: train_detector,
    JobKind.PROPOSE: propose,
    JobKind.AUTOMASK: automask,
    JobKind.RETRAIN: retrain_apart,
    JobKind.DOWNLOAD_MODEL: download_model,
}


def run_worker(
    runtime: Runtime,
    handlers: Mapping[JobKind, Handler] = HANDLERS,
    queues: Sequence[JobQueue] = tuple(JobQueue),
) -> int:
    """Works until SIGTERM or SIGINT, finishing the job at hand; returns the exit status."""
    load_engine()
    celery = make_celery(runtime.settings)
    setup_logging.connect(_keep_logging_as_it_is)
    busy = threading.Event()

    @celery.task(name=RUN_JOB)  # type: ignore[untyped-decorator]
    def _run(job_id: str) -> None:
        if state.should_stop is not None:  # Celery takes one more message after it was told to stop
            raise Reject(requeue=True)
        busy.set()
        try:
            run_job(runtime, UUID(job_id), handlers)
        finally:
            busy.clear()

    upkeep = _Upkeep(runtime, busy, queues)
    upkeep.start()
    # Celery warns of root because of pickle; only JSON is sent here, and containers run as root.
    warnings.simplefilter("ignore", SecurityWarning)
    worker = celery.Worker(
        pool="solo",
        concurrency=1,
        queues=[queue.value for queue in queues],
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    worker.start()
    upkeep.stop()
    return int(worker.exitcode or 0)


def _keep_logging_as_it_is(**_: object) -> None:
    """Celery leaves logging alone when somebody listens to its signal."""


class _Upkeep(threading.Thread):
    """Says that this worker is alive, and sweeps, so that no separate scheduler process is needed."""

    def __init__(self, runtime: Runtime, busy: threading.Event, queues: Sequence[JobQueue]) -> None:
        super().__init__(name="upkeep", daemon=True)
        self._runtime = runtime
        self._busy = busy
        self._queues = queues
        self._ended = threading.Event()
        self._id = uuid4()

    def run(self) -> None:
        while True:
            try:
                with session_scope(self._runtime.sessions) as session:
                    self._say_alive(session)
                    self._sweep(session)
                start_due_runs(self._runtime.sessions)
            except SQLAlchemyError as error:  # the database may be back at the next round
                log.warning("upkeep failed", error=str(error))
            if self._ended.wait(self._runtime.settings.heartbeat_seconds):
                return

    def stop(self) -> None:
        self._ended.set()
        self.join()
        try:
            with session_scope(self._runtime.sessions) as session:
                session.execute(delete(Worker).where(Worker.id == self._id))
        except SQLAlchemyError as error:  # its row is soon too old to count
            log.warning("cannot sign off", error=str(error))

    def _say_alive(self, session: Session) -> None:
        now = utc_now()
        session.merge(
            Worker(
                id=self._id,
                host=socket.gethostname(),
                pid=os.getpid(),
                queues=[queue.value for queue in self._queues],
                heartbeat_at=now,
            )
        )
        session.execute(delete(Worker).where(Worker.heartbeat_at < now - FORGET_WORKER_AFTER))

    def _sweep(self, session: Session) -> None:
        settings = self._runtime.settings
        taken_back = service.take_back_stale(
            session, stale_seconds=settings.stale_seconds, max_attempts=settings.max_attempts
        )
        resent = 0
        # Messages lie in a queue without being lost while its workers are busy, or there are none.
        if not self._busy.is_set():
            resent = sum(service.resend_lost(session, queue) for queue in self._queues)
        if taken_back or resent:
            log.info("swept", taken_back=taken_back, resent=resent)
