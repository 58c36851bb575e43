"""`maskloop run`, from the first start to the last Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.settings import REPOSITORY
from tests.backend.servers import free_port, wait_until

SAMPLE_COUNT = len(list((REPOSITORY / "samples").glob("*.jpg")))


class App:
    """A `maskloop run` on a folder and port of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **settings: str) -> subprocess.Popen[bytes]:
        own = {
            "DATA_DIR": str(self._folder / "data"),
            "PORT": str(self.port),
            "STALE_SECONDS": "5",
            "WORKER_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "run"],
            env=os.environ | {f"MASKLOOP_{name}": value for name, value in (own | settings).items()},
            cwd=REPOSITORY,
            stdout=self._log.open("wb"),
            stderr=subprocess.STDOUT,
        )
        return self.process

    def output(self) -> str:
        return self._log.read_text()

    def wait_until_ready(self, seconds: float) -> None:
        wait_until(lambda: f"ready: {self.url}" in self.output(), seconds=seconds, what="the URL is printed")

    def get(self, path: str) -> Any:
        return httpx.get(f"{self.url}/api/{path}", timeout=30).json()

    def children(self) -> list[int]:
        assert self.process is not None
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        )
        return [int(pid) for pid in listed.stdout.split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    app = App(tmp_path)
    yield app
    if app.process is not None and app.process.poll() is None:
        app.process.kill()
        app.process.wait()


@pytest.mark.timeout(600)
def test_a_day_of_maskloop_run(app: App) -> None:
    # First start: samples, starter model, one URL.
    app.start()
    app.wait_until_ready(240)
    assert app.output().count("http://") == 1
    assert app.get("models/active")["is_starter"]
    assert app.get("images")["summary"]["total"] == SAMPLE_COUNT

    # The worker is killed at work: another one takes over and everything gets there.
    wait_until(lambda: app.get("images")["summary"]["computing"], seconds=60, what="an embedding is computed")
    [worker] = app.children()
    os.kill(worker, signal.SIGKILL)
    wait_until(
        lambda: app.get("images")["summary"]["ready"] == SAMPLE_COUNT, seconds=240, what="all are ready"
    )
    assert app.children() not in ([], [worker])

    # Ctrl-C while a page is open: its stream ends properly, nothing is left, the port is free.
    [worker] = app.children()
    assert app.process is not None
    with httpx.stream("GET", f"{app.url}/api/events", timeout=30) as page:
        lines = page.iter_lines()
        assert next(lines) == "event: hello"
        app.process.send_signal(signal.SIGINT)
        assert list(lines)  # an incomplete body would raise
    assert app.process.wait(30) == 0
    assert not is_alive(worker)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", app.port)) != 0

    # Second start: quick, nothing imported or computed again.
    app.start()
    app.wait_until_ready(60)
    assert cpu_seconds(app.process.pid) < 5  # of the processor: other tests may be running beside this one
    page = app.get("images")
    assert (page["summary"]["total"], page["summary"]["ready"]) == (SAMPLE_COUNT, SAMPLE_COUNT)

    # The supervisor itself is killed: its worker does not stay behind.
    wait_until(app.children, what="the worker starts")
    [worker] = app.children()
    app.process.kill()
    app.process.wait()
    wait_until(lambda: not is_alive(worker), seconds=60, what="the worker ends")


def test_public_address_is_refused(app: App) -> None:
    assert app.start(HOST="0.0.0.0").wait(60) == 1
    assert "no user accounts" in app.output()


def test_port_in_use_is_named(app: App) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", app.port))
        other.listen()
        assert app.start().wait(60) == 1
    assert f"Port {app.port} cannot be used" in app.output()
