"""Downloads of public models by real workers: killed, cut off, cancelled, refused, uploaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from backend.core.database import session_scope
from backend.jobs import service as jobs
from backend.jobs.models import JobKind
from backend.models import service
from backend.runtime import Runtime
from backend.settings import REPOSITORY, ExtraModel, Settings
from tests.backend.file_server import FileServer, serving
from tests.backend.own_models import FILE, PATH, extra_model, write_weights
from tests.backend.servers import wait_until

PIECE = 500_000
LIMITS = {"heartbeat_seconds": 0.3, "stale_seconds": 5.0, "worker_threads": 1}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here is about the database."""
    return sqlite_url


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_weights(tmp_path_factory.mktemp("weights"))


@pytest.fixture
def web(weights: bytes) -> Iterator[FileServer]:
    with serving(weights, FILE) as server:
        server.piece_bytes = PIECE
        yield server


@pytest.fixture
def settings(tmp_path: Path, database_url: str, web: FileServer) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        extra_models=(ExtraModel(**extra_model(web.url, web.content)),),
        **LIMITS,
    )


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Of the queue of downloads."""
    values = {"data_dir": settings.data_dir, "database_url": settings.database_url, **LIMITS}
    values["extra_models"] = json.dumps([model.model_dump() for model in settings.extra_models])
    environment = {f"MASKLOOP_{name.upper()}": str(value) for name, value in values.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.backend.worker_process", "io"],
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        cwd=REPOSITORY,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def offered(client: TestClient) -> dict[str, Any]:
    items = client.get("/api/models/public").json()["items"]
    return next(item for item in items if item["name"] == "team")


def part(runtime: Runtime) -> Path:
    return runtime.settings.data_dir / "downloads" / f"{FILE}.part"


def wait_for_part(runtime: Runtime, size_bytes: int) -> None:
    wait_until(
        lambda: part(runtime).exists() and part(runtime).stat().st_size >= size_bytes,
        seconds=60,
        what="a part arrives",
    )


def wait_for_model(runtime: Runtime, client: TestClient) -> None:
    wait_until(lambda: offered(client)["model_id"], seconds=240, what="the model is here")
    with session_scope(runtime.sessions, read_only=True) as session:
        model = service.find_by_name(session, "team")
        assert model is not None
        assert model.weights_sha256 == offered(client)["sha256"]
    assert leftovers(runtime) == []


def leftovers(runtime: Runtime) -> list[Path]:
    data = runtime.settings.data_dir
    return [*(data / "downloads").glob("*"), *(data / "blobs" / "uploads").glob("*")]


def wait_for_failure(client: TestClient, code: str) -> str:
    wait_until(lambda: offered(client)["download"]["state"] == "failed", seconds=60, what="it fails")
    assert offered(client)["download"]["error_code"] == code
    return str(offered(client)["download"]["error"])


def test_killed_worker_and_cut_connections_cost_no_byte_twice(
    runtime: Runtime, client: TestClient, web: FileServer
) -> None:
    web.pause_seconds = 0.3
    with worker(runtime.settings) as first:
        client.post(f"{PATH}/download")
        client.post(f"{PATH}/download")
        wait_for_part(runtime, 2 * PIECE)
        wait_until(lambda: offered(client)["download"]["bytes_done"] > 0, what="its progress shows")
        assert offered(client)["download"]["bytes_done"] < len(web.content)
        first.kill()
        first.wait()
    kept = part(runtime).stat().st_size
    web.pause_seconds = 0.0
    web.cut_after = [PIECE]
    with worker(runtime.settings):
        wait_for_model(runtime, client)
    # One request of the killed worker, one that was cut off, and one for the rest.
    assert web.requests == [None, f"bytes={kept}-", f"bytes={kept + PIECE}-"]


def test_cancelled_download_stops_and_its_part_goes(
    runtime: Runtime, client: TestClient, web: FileServer
) -> None:
    web.pause_seconds = 0.3
    with worker(runtime.settings):
        client.post(f"{PATH}/download")
        wait_for_part(runtime, PIECE)
        assert client.post(f"{PATH}/cancel").json()["download"] is None
        wait_until(lambda: not leftovers(runtime), what="the part is deleted")
        assert offered(client)["model_id"] is None
        web.pause_seconds = 0.0
        client.post(f"{PATH}/download")  # by the same worker: the next download begins anew
        wait_for_model(runtime, client)
    assert web.requests == [None, None]


def test_other_file_is_refused_and_the_published_one_then_comes(
    runtime: Runtime, client: TestClient, web: FileServer, weights: bytes
) -> None:
    web.content = bytes(len(weights))
    with worker(runtime.settings):
        client.post(f"{PATH}/download")
        assert "is not the published file: its sha256 differs" in wait_for_failure(client, "wrong_file")
        assert leftovers(runtime) == []
        web.content = weights
        client.post(f"{PATH}/download")
        wait_for_model(runtime, client)


def test_without_a_connection_the_file_can_be_uploaded(
    runtime: Runtime, client: TestClient, web: FileServer, weights: bytes
) -> None:
    web.stop()
    with worker(runtime.settings):
        client.post(f"{PATH}/download")
        assert wait_for_failure(client, "unreachable").startswith("No connection to 127.0.0.1:")
        assert leftovers(runtime) == []
        assert client.put(f"{PATH}/file", content=weights).status_code == 202
        wait_for_model(runtime, client)


def test_file_that_is_no_model_is_named(
    runtime: Runtime, client: TestClient, tmp_path: Path, database_url: str
) -> None:
    """The digest is right, but nothing can be built of it."""
    with serving(b"no weights" * 100, FILE) as web:
        extra = ExtraModel(**extra_model(web.url, web.content))
        with worker(runtime.settings.model_copy(update={"extra_models": (extra,)})):
            with session_scope(runtime.sessions) as session:
                jobs.enqueue(session, JobKind.DOWNLOAD_MODEL, "team", jobs.JobQueue.IO)
            assert FILE in wait_for_failure(client, "not_added")
    assert client.post(f"{PATH}/cancel").json()["download"] is None
    assert leftovers(runtime) == []
