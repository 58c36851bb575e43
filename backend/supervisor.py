"""`maskloop run`: the web server in this process, its workers beside it, and nothing left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import NoReturn

import structlog
import uvicorn
from rich.console import Console

from backend.app import create_app
from backend.core.database import session_scope
from backend.core.threads import alongside
from backend.images.importing import import_each
from backend.images.sources import uploads_of
from backend.jobs import service as jobs
from backend.jobs.models import JobQueue
from backend.models import service as models
from backend.projects import service as projects
from backend.runtime import Runtime
from backend.settings import REPOSITORY, Settings, has_display
from backend.web import listen, prepare, refuse_to_be_open, server_config

log = structlog.get_logger(__name__)

# A training holds its worker for as long as it lasts, and so does the download of a model; nobody should wait
# for a photo until then.
WORKERS = ((JobQueue.EMBED, JobQueue.AUTOMASK), (JobQueue.IO,), (JobQueue.TRAIN,))

SAMPLES = REPOSITORY / "samples"
GRACE_SECONDS = 5.0  # for the worker's job at hand; one that is cut off is done again after the next start
FIRST_RESTART_SECONDS, LONGEST_RESTART_SECONDS = 0.5, 30.0
HEALTHY_AFTER_SECONDS = 60.0


def supervise(settings: Settings) -> None:
    """Serves until SIGINT or SIGTERM. Raises StartError."""
    for stop_signal in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop_signal, _exit)
    refuse_to_be_open(settings)
    listener = listen(settings)
    runtime, address = prepare(settings)
    try:
        with _worker_processes():
            _import_samples_once(runtime)
            server = uvicorn.Server(server_config(create_app(runtime), settings))
            with _announced(server, runtime, address):
                server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass  # uvicorn raises it again after it has shut down


def end_with_parent() -> None:
    """Has this process end, as by SIGTERM, when the one at the other end of its standard input is gone."""

    def wait() -> None:
        os.read(sys.stdin.fileno(), 1)  # unbuffered: a lock held at exit would keep the process from ending
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _exit(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _import_samples_once(runtime: Runtime) -> None:
    with session_scope(runtime.sessions) as session:
        project_id = projects.ensure_first_project(session).id
        if projects.first_batch(session, project_id) is not None:
            return
        projects.ensure_first_batch(session, project_id)
    if SAMPLES.is_dir():
        for _ in import_each(
            runtime.sessions, runtime.storage, runtime.settings, uploads_of([SAMPLES]), project_id
        ):
            pass


@contextmanager
def _worker_processes() -> Iterator[None]:
    """Keeps a worker running for each group of queues, starting it again when it dies."""
    stopping = threading.Event()
    keepers = [
        threading.Thread(target=_keep_running, args=(queues, stopping), name=f"keeper of {queues[0]}")
        for queues in WORKERS
    ]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        stopping.set()
        for keeper in keepers:
            keeper.join()


def _keep_running(queues: Sequence[JobQueue], stopping: threading.Event) -> None:
    pause = FIRST_RESTART_SECONDS
    while not stopping.is_set():
        started = time.monotonic()
        worker = _start_worker(queues)
        while worker.poll() is None and not stopping.wait(0.2):
            pass
        if stopping.is_set():
            _stop_worker(worker)
            return
        if time.monotonic() - started > HEALTHY_AFTER_SECONDS:
            pause = FIRST_RESTART_SECONDS
        log.error("a worker died and is started again", status=worker.returncode, pause_seconds=pause)
        stopping.wait(pause)
        pause = min(2 * pause, LONGEST_RESTART_SECONDS)


def _start_worker(queues: Sequence[JobQueue]) -> subprocess.Popen[bytes]:
    # A session of its own: a terminal's Ctrl-C reaches this process only, which then stops the worker. The
    # pipe, whose other end closes with this process, tells the worker when this process was killed.
    return subprocess.Popen(
        [sys.executable, "-m", "backend.cli", "worker", "--supervised", "--queues", ",".join(queues)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def _stop_worker(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _announced(server: uvicorn.Server, runtime: Runtime, address: str) -> AbstractContextManager[None]:
    """Prints the address once the server answers and there is a model, or a worker that could provide none.

    An address that is good only once is opened as well, where somebody sits in front of this.
    """

    def announce() -> bool:
        if not (server.started and _has_model_or_worker(runtime)):
            return True
        Console().print(f"Maskloop is ready: {address}", markup=False, soft_wrap=True)
        if address != runtime.settings.url and sys.stdout.isatty() and has_display():
            webbrowser.open(address)
        return False

    return alongside("announcer", 0.1, announce)


def _has_model_or_worker(runtime: Runtime) -> bool:
    with session_scope(runtime.sessions, read_only=True) as session:
        if models.find_active(session) is not None:
            return True
        return jobs.live_workers(session, stale_seconds=runtime.settings.stale_seconds) > 0
