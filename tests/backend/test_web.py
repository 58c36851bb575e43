"""`maskloop web`: several processes, several starts at once, and a proxy in front."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import select

from backend.app import create_app
from backend.core.database import session_scope
from backend.runtime import Runtime, open_runtime
from backend.settings import REPOSITORY, Settings
from backend.users import service as users
from backend.users.models import User
from backend.users.passwords import hash_password
from backend.web import StartError, refuse_to_be_open, server_config
from tests.backend.servers import PostgresCluster, free_port, wait_until
from tests.backend.worlds import add_person

PASSWORD = "correct horse battery"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Most here is not about the database."""
    return sqlite_url


class Web:
    """A `maskloop web` on a port of its own."""

    def __init__(self, settings: Settings, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        values = settings.model_dump(include={"data_dir", "database_url"}) | {"port": self.port}
        environment = {f"MASKLOOP_{name.upper()}": str(value) for name, value in values.items()}
        self._log = settings.data_dir.parent / f"web-{self.port}.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "web"],
            env=os.environ | environment,
            cwd=REPOSITORY,
            stdout=self._log.open("wb"),
            stderr=subprocess.STDOUT,
        )

    def wait_until_it_answers(self) -> None:
        wait_until(self._answers, what="it answers")

    def output(self) -> str:
        return self._log.read_text()

    def answering(self) -> set[int]:
        """Its processes that hold the port, the parent left out."""
        listed = subprocess.run(
            ["pgrep", "--parent", str(self.process.pid), "--full", "spawn_main"],
            capture_output=True,
            text=True,
        )
        return {int(pid) for pid in listed.stdout.split()}

    def _answers(self) -> bool:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)):
                return False
        return httpx.get(f"{self.url}/api/health", timeout=30).status_code == 200


@contextmanager
def web(settings: Settings) -> Iterator[Web]:
    started = Web(settings)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.wait()


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_process_that_dies_is_replaced_and_none_stays_behind(settings: Settings, runtime: Runtime) -> None:
    anna = add_person(runtime, "Anna")
    with web(settings) as server:
        server.wait_until_it_answers()
        assert f"Maskloop answers at {server.url}" in server.output()
        before = server.answering()
        assert len(before) == 2
        killed = min(before)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: len(server.answering() - before) == 1, what="another process takes its place")
        for _ in range(10):
            assert httpx.get(f"{server.url}/api/project", headers=anna.headers).status_code == 200
        server.process.terminate()
        assert server.process.wait(30) == 0
        assert not any(map(is_alive, server.answering()))


def test_processes_end_when_what_started_them_was_killed(settings: Settings) -> None:
    with web(settings) as server:
        server.wait_until_it_answers()
        answering = server.answering()
        assert answering
        server.process.kill()
        server.process.wait()
        wait_until(lambda: not any(map(is_alive, answering)), what="all of them end")


def test_two_may_start_at_once_on_an_empty_database(postgres: PostgresCluster, tmp_path: Path) -> None:
    url = postgres.create_database()
    with ExitStack() as stack:
        settings = [Settings(data_dir=tmp_path / name / "data", database_url=url) for name in ("a", "b")]
        for each in settings:
            each.data_dir.mkdir(parents=True)
        servers = [stack.enter_context(web(each)) for each in settings]
        for server in servers:
            server.wait_until_it_answers()
    runtime = open_runtime(settings[0])
    with session_scope(runtime.sessions, read_only=True) as session:
        assert session.scalars(select(User.name)).all() == ["admin"]
    runtime.engine.dispose()


def test_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    url = f"postgresql://maskloop:secret@127.0.0.1:{free_port()}/maskloop"
    with web(Settings(data_dir=tmp_path / "data", database_url=url)) as server:
        assert server.process.wait(60) == 1
        assert "The database does not answer: postgresql" in server.output()
        assert "secret" not in server.output()


@contextmanager
def behind_a_proxy(runtime: Runtime, settings: Settings) -> Iterator[str]:
    config = server_config(create_app(runtime), settings)
    config.port = free_port()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started, what="server answers")
    yield f"http://127.0.0.1:{config.port}"
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(("trusted", "secure"), [(("127.0.0.0/8",), True), (("192.0.2.1",), False)])
def test_forwarded_headers_count_only_from_a_trusted_proxy(
    settings: Settings, runtime: Runtime, trusted: tuple[str, ...], secure: bool
) -> None:
    anna = add_person(runtime, "Anna")
    with session_scope(runtime.sessions) as session:
        users.set_password(session, users.get_user(session, anna.id), hash_password(PASSWORD), keep=None)
    with behind_a_proxy(runtime, settings.model_copy(update={"trusted_proxies": trusted})) as url:
        forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
        signed_in = httpx.post(
            f"{url}/api/session", json={"name": "Anna", "password": PASSWORD}, headers=forwarded
        )
    assert signed_in.status_code == 200
    assert ("; Secure" in signed_in.headers["set-cookie"]) is secure


def test_public_address_is_one_of_ours(runtime: Runtime, settings: Settings) -> None:
    with pytest.raises(ValidationError, match="begins with https://"):
        Settings(public_url="maskloop.example.org")
    public = Settings(data_dir=settings.data_dir, public_url="https://maskloop.example.org/")
    assert public.url == "https://maskloop.example.org"
    application = create_app(Runtime(public, runtime.engine, runtime.sessions, runtime.storage))
    with TestClient(application, base_url=public.url) as client:
        assert client.get("/api/health").status_code == 200
    with TestClient(application, base_url="https://other.example.org") as client:
        assert client.get("/api/health").status_code == 400


@pytest.mark.parametrize(
    ("elsewhere", "named"),
    [
        ({"host": "0.0.0.0"}, "0.0.0.0"),
        ({"host": "::"}, "::"),
        ({"public_url": "https://maskloop.example.org"}, "maskloop.example.org"),
        ({"allowed_hosts": ("localhost", "maskloop.example.org")}, "maskloop.example.org"),
    ],
)
def test_without_accounts_nobody_comes_in_from_elsewhere(elsewhere: dict[str, object], named: str) -> None:
    with pytest.raises(StartError, match=rf"Without accounts .* {named}: anybody .* Leave --no-auth out"):
        refuse_to_be_open(Settings(auth=False, **elsewhere))  # type: ignore[arg-type]
    refuse_to_be_open(Settings(auth=True, **elsewhere))  # type: ignore[arg-type]


def test_without_accounts_this_machine_may_have_several_names() -> None:
    refuse_to_be_open(Settings(auth=False, host="::1", public_url="http://localhost:9000"))
