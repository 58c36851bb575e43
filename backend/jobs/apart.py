"""A job in a process of its own, so that the worker can end it at any time.

A single operation of PyTorch may take minutes, and nothing within the process can interrupt it.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.core.database import is_temporary
from backend.core.logging import configure_logging
from backend.jobs.run import Handler, InterruptedJobError, JobError, JobRun, TakenAwayError
from backend.runtime import open_runtime
from backend.settings import Settings

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 0.5
# To keep the work of the step at hand. With the look before and the end after it, the worker is free in five.
GRACE_SECONDS = 3.0
END_SECONDS = 5.0  # for the interpreter to shut down

Outcome = tuple[str, str] | None  # code and message of a failure


def run_apart(handler: Handler, run: JobRun) -> None:
    """Run a handler, a function of a module, in a process that ends when the job is taken away.

    Raises what the handler raises, and InterruptedJobError when the process dies.
    """
    context = multiprocessing.get_context("spawn")  # PyTorch's threads and CUDA do not survive a fork
    receiver, sender = context.Pipe(duplex=False)
    told = structlog.contextvars.get_contextvars()
    level = logging.getLogger().level
    process = context.Process(
        target=_work, args=(handler, run.settings, run.subject, run.token, told, level, sender), name="job"
    )
    process.start()
    sender.close()  # or the end of the process would not end the pipe
    try:
        outcome = _outcome(run, receiver)
        process.join(END_SECONDS)
    except EOFError:
        process.join(END_SECONDS)
        raise InterruptedJobError(f"its process ended with status {process.exitcode}") from None
    finally:
        _kill(process)
        receiver.close()
    if outcome is not None:
        raise JobError(*outcome)


def _kill(process: SpawnProcess) -> None:
    assert process.pid is not None
    with suppress(ProcessLookupError):  # it has ended, or has no group yet
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


def _outcome(run: JobRun, receiver: Connection) -> Outcome:
    while not receiver.poll(LOOK_EVERY_SECONDS):
        if not _is_held(run):
            receiver.poll(GRACE_SECONDS)
            raise TakenAwayError
    outcome: Outcome = receiver.recv()
    return outcome


def _is_held(run: JobRun) -> bool:
    try:
        return run.is_held()
    except SQLAlchemyError as error:
        if not is_temporary(error):
            raise
        return True  # the database may be back at the next look


def _work(
    handler: Handler,
    settings: Settings,
    subject: str,
    token: UUID,
    told: dict[str, Any],
    level: int,
    sender: Connection,
) -> None:
    """The process: does the work and sends its outcome, or nothing when it was interrupted."""
    os.setpgrp()  # so that PyTorch's processes, which read photos, are killed with this one
    multiprocessing.set_start_method(None, force=True)  # those start as they would in the worker
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a stopping worker finishes its job
    threading.Thread(target=_end_with_worker, name="worker", daemon=True).start()
    configure_logging(level=level)
    structlog.contextvars.bind_contextvars(**told)
    outcome: Outcome = None
    try:
        handler(JobRun(subject, token, open_runtime(settings)))
    except TakenAwayError:
        pass  # the worker sees that by itself
    except JobError as error:
        outcome = (error.code, error.message)
    except SQLAlchemyError as error:
        if not is_temporary(error):
            raise
        log.warning("the database is away", error=str(error))
        return
    sender.send(outcome)


def _end_with_worker() -> None:
    worker = multiprocessing.parent_process()
    assert worker is not None
    worker.join()
    os.killpg(0, signal.SIGKILL)
