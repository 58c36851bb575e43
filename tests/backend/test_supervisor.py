"""`maskloop run`, from the first start to the last Ctrl-C."""

import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.runtime import Runtime
from backend.settings import REPOSITORY
from backend.supervisor import WORKERS
from tests.backend.servers import free_port, wait_until

SAMPLE_COUNT = len(list((REPOSITORY / "samples").glob("*.jpg")))


class App:
    """A `maskloop run` on a folder and port of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data_dir = folder / "data"
        self._log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.environment: dict[str, str] = {}
        self.program = httpx.Client(base_url=f"{self.url}/api/", timeout=30)

    def start(self, *options: str, terminal: int | None = None, **settings: str) -> subprocess.Popen[bytes]:
        """Its output goes to `output()`, or to a terminal."""
        own = {
            "DATA_DIR": str(self.data_dir),
            "PORT": str(self.port),
            "STALE_SECONDS": "5",
            "WORKER_THREADS": "1",
        }
        self.environment = os.environ | {
            f"MASKLOOP_{name}": value for name, value in (own | settings).items()
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "run", *options],
            env=self.environment,
            cwd=REPOSITORY,
            stdout=self._log.open("wb") if terminal is None else terminal,
            stderr=subprocess.STDOUT,
        )
        return self.process

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(30)

    def output(self) -> str:
        return self._log.read_text()

    def wait_until_ready(self, seconds: float) -> None:
        wait_until(lambda: f"ready: {self.url}" in self.output(), seconds=seconds, what="the URL is printed")

    def address(self) -> str:
        """The one that was printed."""
        [line] = [line for line in self.output().splitlines() if "Maskloop is ready: " in line]
        return line.rpartition(" ")[2]

    def users(self, *arguments: str, given: str = "") -> str:
        """What `maskloop users` prints."""
        command = [sys.executable, "-m", "backend.cli", "users", *arguments]
        done = subprocess.run(
            command, env=self.environment, input=given, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def sign_in(self) -> None:
        self.program.headers["Authorization"] = f"Bearer {self.users('token', 'admin', '--name', 'tests')}"

    def get(self, path: str) -> Any:
        return self.program.get(path).json()

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
def new_app(tmp_path: Path) -> Iterator[App]:
    """Nothing is there yet, so that a worker first makes the starter ready."""
    app = App(tmp_path)
    yield app
    if app.process is not None and app.process.poll() is None:
        app.process.kill()
        app.process.wait()


@pytest.fixture
def app(new_app: App, starter: Runtime) -> App:
    """With the starter there, and otherwise new."""
    shutil.copytree(starter.settings.data_dir, new_app.data_dir)
    return new_app


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that a browser writes when it is opened: the address that it was given."""
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.part && mv {opened}.part {opened}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    monkeypatch.setenv("DISPLAY", ":9")
    return opened


@pytest.mark.timeout(600)
def test_a_day_of_maskloop_run(new_app: App) -> None:
    app = new_app
    # First start: samples, starter model, one URL, which signs the first admin in.
    app.start()
    app.wait_until_ready(240)
    assert app.output().count("http://") == 1
    page, _, token = app.address().partition("#")
    assert page == f"{app.url}/enter"
    entered = app.program.post("session/link", json={"token": token})
    assert (entered.json()["user"]["name"], entered.json()["role"]) == ("admin", "admin")
    assert not entered.json()["has_password"]
    assert app.get("models/active")["is_starter"]
    assert app.get("images")["summary"]["total"] == SAMPLE_COUNT

    # The workers are killed at work: others take over and everything gets there.
    wait_until(lambda: app.get("images")["summary"]["computing"], seconds=60, what="an embedding is computed")
    killed = app.children()
    assert len(killed) == len(WORKERS)
    for worker in killed:
        os.kill(worker, signal.SIGKILL)
    wait_until(
        lambda: app.get("images")["summary"]["ready"] == SAMPLE_COUNT, seconds=240, what="all are ready"
    )
    workers = app.children()
    assert len(workers) == len(WORKERS)
    assert not set(workers) & set(killed)

    # Ctrl-C while a page is open: its stream ends properly, nothing is left, the port is free.
    assert app.process is not None
    with app.program.stream("GET", "events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: hello"
        app.process.send_signal(signal.SIGINT)
        assert list(lines)  # an incomplete body would raise
    assert app.process.wait(30) == 0
    assert not any(map(is_alive, workers))
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", app.port)) != 0

    # Second start: quick, nothing imported or computed again; with a password there, a plain address.
    app.users("password", "admin", "--stdin", given="correct horse\n")
    app.sign_in()
    app.start()
    app.wait_until_ready(60)
    assert app.address() == app.url
    assert cpu_seconds(app.process.pid) < 5  # of the processor: other tests may be running beside this one
    summary = app.get("images")["summary"]
    assert (summary["total"], summary["ready"]) == (SAMPLE_COUNT, SAMPLE_COUNT)

    # The supervisor itself is killed: its workers do not stay behind.
    wait_until(lambda: len(app.children()) == len(WORKERS), what="the workers start")
    workers = app.children()
    app.process.kill()
    app.process.wait()
    wait_until(lambda: not any(map(is_alive, workers)), seconds=60, what="the workers end")


def test_public_address_wants_a_password_first(app: App) -> None:
    assert app.start(HOST="0.0.0.0").wait(60) == 1
    assert "`maskloop users password admin` sets one" in app.output()
    app.users("password", "admin", "--stdin", given="correct horse\n")
    app.start(HOST="0.0.0.0")
    wait_until(lambda: f"ready: http://0.0.0.0:{app.port}" in app.output(), seconds=240, what="it is ready")
    signed_in = app.program.post("session", json={"name": "admin", "password": "correct horse"})
    assert signed_in.status_code == 200


def test_address_is_opened_where_somebody_sits_in_front_of_a_screen(app: App, opened: Path) -> None:
    ours, theirs = pty.openpty()
    app.start(terminal=theirs)
    printed = b""
    while b"ready: " not in printed:
        printed += os.read(ours, 1000)
    wait_until(opened.exists, what="the browser is opened")
    assert f"{app.url}/enter#" in opened.read_text()


def test_without_accounts_it_stays_on_this_machine(app: App) -> None:
    assert app.start("--no-auth", HOST="0.0.0.0").wait(60) == 1
    assert "Without accounts Maskloop does not listen on 0.0.0.0" in app.output()
    app.start("--no-auth")
    app.wait_until_ready(240)
    assert app.address() == app.url
    assert app.get("session")["auth"] is False


def test_each_start_has_another_address_until_there_is_a_password(app: App, opened: Path) -> None:
    tokens = []
    for start in range(2):
        if start:
            app.stop()
        app.start()
        app.wait_until_ready(240)
        tokens.append(app.address().partition("#")[2])
    statuses = [app.program.post("session/link", json={"token": token}).status_code for token in tokens]
    assert statuses == [401, 200]
    app.stop()
    assert not opened.exists()  # there was a screen, but nobody in front of the output


def test_port_in_use_is_named(new_app: App) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", new_app.port))
        other.listen()
        assert new_app.start().wait(60) == 1
    assert f"Port {new_app.port} cannot be used" in new_app.output()
