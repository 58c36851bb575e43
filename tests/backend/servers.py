"""Real servers for tests: PostgreSQL and Redis from Debian's packages, on loopback."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

INSTALL = "sudo apt-get update && sudo apt-get install --yes postgresql redis-server"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], *, seconds: float = 30, what: str = "condition") -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)


@dataclass
class PostgresCluster:
    """May be stopped and started again while a test runs."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.folder), "-c", "fsync=off"]
        self._process = self._run("postgres", "-D", self._data, *options)
        wait_until(self.answers, seconds=60, what="PostgreSQL answers")

    def stop(self, mode: str = "immediate") -> None:
        """`mode` is pg_ctl's: "fast" ends connections in order, "immediate" as a crash does."""
        if self._process is not None:
            self._run("pg_ctl", "-D", self._data, "-m", mode, "stop").wait()
            self._process.wait()
            self._process = None

    def make(self) -> None:
        """The empty data folder."""
        initdb = ["--no-sync", "--auth=trust", "--username=postgres", "--pgdata", self._data]
        if self._run("initdb", *initdb).wait():
            pytest.fail((self.folder / "log").read_text(), pytrace=False)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _run(self, program: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not binaries:
            pytest.fail(f"PostgreSQL is not installed: {INSTALL}", pytrace=False)
        as_owner: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, "postgres", "postgres")
            as_owner = ["runuser", "-u", "postgres", "--"]
        with (self.folder / "log").open("a") as log:
            command = [*as_owner, binaries[-1] / program, *arguments]
            return subprocess.Popen(command, stdout=log, stderr=log, cwd="/")

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:  # it listens before it has started up
            return False
        return True

    def create_database(self, template: str = "template1") -> str:
        """-> URL of a new database that is a copy of `template`"""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


@contextmanager
def postgres_cluster() -> Iterator[PostgresCluster]:
    cluster = PostgresCluster(Path(tempfile.mkdtemp(prefix="maskloop-postgres-")), free_port())
    try:
        cluster.make()
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(cluster.folder)


@dataclass
class RedisServer:
    """May be stopped and started again, empty, while a test runs."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            pytest.fail(f"Redis is not installed: {INSTALL}", pytrace=False)
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self._process = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL)
        wait_until(lambda: _accepts(self.port), what="Redis answers")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
