"""`maskloop beat`: the clock of an installation whose workers come and go."""

import signal
import threading

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.core.database import session_scope
from backend.jobs import service
from backend.runtime import Runtime
from backend.training.sweep import start_due_runs

log = structlog.get_logger(__name__)


def run_beat(runtime: Runtime) -> None:
    """Takes back jobs of silent workers and queues training runs that are due, until SIGTERM or SIGINT.

    Workers do the same while there are any; messages that were lost they alone can tell from waiting ones.
    """
    ended = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: ended.set())
    settings = runtime.settings
    while not ended.is_set():
        try:
            with session_scope(runtime.sessions) as session:
                taken_back = service.take_back_stale(
                    session, stale_seconds=settings.stale_seconds, max_attempts=settings.max_attempts
                )
            if taken_back:
                log.info("taken back", jobs=taken_back)
            start_due_runs(runtime.sessions)
        except SQLAlchemyError as error:  # the database may be back at the next round
            log.warning("beat missed", error=str(error))
        ended.wait(settings.heartbeat_seconds)
