"""The database goes away while people work: requests are told to come back, and nothing accepted is lost."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from backend.core.database import session_scope
from backend.core.migrations import migrate
from backend.jobs import service as jobs
from backend.jobs.models import Job, JobKind, JobQueue, JobState
from backend.jobs.run import JobRun, run_job
from backend.masks.models import Mask
from backend.runtime import Runtime, open_runtime
from backend.settings import Settings
from tests.backend.drawing import add_image, draw, mask_body
from tests.backend.servers import PostgresCluster, postgres_cluster, wait_until
from tests.backend.test_events import following
from tests.backend.worlds import Person, add_person

CLIENTS = 8


@pytest.fixture
def cluster() -> Iterator[PostgresCluster]:
    """One of its own, to be stopped."""
    with postgres_cluster() as cluster:
        yield cluster


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if "cluster" in request.fixturenames:
        url = request.getfixturevalue("cluster").create_database()
    else:
        url = request.getfixturevalue("sqlite_url")
    return Settings(data_dir=tmp_path / "data", database_url=url, frontend_dir=tmp_path / "frontend")


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    runtime = open_runtime(settings)
    migrate(runtime.engine)
    yield runtime
    runtime.engine.dispose()


class Annotator:
    """Saves one mask after the other, each until the server takes it."""

    def __init__(self, server: str, person: Person, image_id: UUID, seed: int) -> None:
        self.accepted: list[UUID] = []
        self.put_off: list[httpx.Response] = []
        self.surprises: list[httpx.Response] = []
        self._over = threading.Event()
        self._random = np.random.default_rng(seed)
        self._program = httpx.Client(base_url=f"{server}/api", headers=person.headers, timeout=30)
        self._image_id = image_id
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.is_set():
            mask_id, body = uuid4(), mask_body(self._image_id, draw(self._random))
            while not self._over.is_set() and not self._is_taken(mask_id, body):
                self._over.wait(0.05)

    def _is_taken(self, mask_id: UUID, body: dict[str, Any]) -> bool:
        response = self._program.put(f"/masks/{mask_id}", json=body)
        if response.is_success:
            self.accepted.append(mask_id)
        elif response.status_code == 503:
            self.put_off.append(response)
        else:
            self.surprises.append(response)
        return response.is_success


@contextmanager
def annotators(server: str, runtime: Runtime) -> Iterator[list[Annotator]]:
    image_id = add_image(runtime)
    people = [add_person(runtime, f"annotator {number}") for number in range(CLIENTS)]
    at_work = [Annotator(server, person, image_id, seed) for seed, person in enumerate(people)]
    try:
        yield at_work
    finally:
        for each in at_work:
            each.stop()


def wait_for_each(team: list[Annotator], more: int, what: Callable[[Annotator], int]) -> None:
    """Until every one of them has `more` of something than now."""
    before = [what(each) for each in team]
    wait_until(
        lambda: all(what(each) >= had + more for each, had in zip(team, before, strict=True)),
        what=f"{more} more for each",
    )


@pytest.mark.parametrize("way", ["fast", "immediate"])
def test_restarted_postgres_loses_nothing_that_was_accepted(
    cluster: PostgresCluster, runtime: Runtime, server: str, way: str
) -> None:
    listener = add_person(runtime, "listener")
    with following(server, listener.headers) as told, annotators(server, runtime) as team:
        for _ in range(2):
            wait_for_each(team, 5, lambda each: len(each.accepted))
            cluster.stop(way)
            wait_for_each(team, 2, lambda each: len(each.put_off))
            cluster.start()
            wait_for_each(team, 5, lambda each: len(each.accepted))
        seen = len(told)
        wait_until(lambda: any(name == "image" for name, _ in told[seen:]), what="changes are told again")
    assert [response.text for each in team for response in each.surprises] == []
    for response in (response for each in team for response in each.put_off):
        assert response.headers["content-type"] == "application/problem+json"
        assert int(response.headers["retry-after"]) > 0
        assert response.json()["code"] == "database_away"
        assert "Try again" in response.json()["detail"]
    with session_scope(runtime.sessions, read_only=True) as session:
        stored = set(session.scalars(select(Mask.id)))
    assert {mask_id for each in team for mask_id in each.accepted} <= stored


def test_health_tells_that_the_database_is_away(
    cluster: PostgresCluster, runtime: Runtime, server: str
) -> None:
    assert httpx.get(f"{server}/api/health").status_code == 200
    cluster.stop()
    away = httpx.get(f"{server}/api/health")
    assert (away.status_code, away.json()["code"]) == (503, "database_away")
    cluster.start()
    assert httpx.get(f"{server}/api/health").status_code == 200


def test_job_runs_again_when_the_database_was_away_during_it(
    cluster: PostgresCluster, runtime: Runtime
) -> None:
    with session_scope(runtime.sessions) as session:
        job_id = jobs.enqueue(session, JobKind.EMBED, "photo", JobQueue.EMBED).id

    def loses_its_database(run: JobRun) -> None:
        cluster.stop()
        run.report_progress(0.5)

    def works(run: JobRun) -> None:
        run.report_progress(0.5)

    def state() -> tuple[JobState, int]:
        with session_scope(runtime.sessions, read_only=True) as session:
            job = session.get_one(Job, job_id)
            return job.state, job.attempts

    run_job(runtime, job_id, {JobKind.EMBED: loses_its_database})
    run_job(runtime, job_id, {JobKind.EMBED: works})  # cannot even be claimed
    cluster.start()
    assert state() == (JobState.RUNNING, 1)
    with session_scope(runtime.sessions) as session:
        assert jobs.take_back_stale(session, stale_seconds=0, max_attempts=3) == 1
    run_job(runtime, job_id, {JobKind.EMBED: works})
    assert state() == (JobState.DONE, 2)


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.core.database.SQLITE_BUSY_SECONDS", 0.2)


@pytest.mark.usefixtures("short_patience")
def test_sqlite_that_stays_locked_is_told_like_a_database_that_is_away(
    settings: Settings, runtime: Runtime, client: TestClient
) -> None:
    image_id = add_image(runtime)
    body = mask_body(image_id, draw(np.random.default_rng(1)))
    mask_url = f"/api/masks/{uuid4()}"
    client.get("/api/session")  # notes that they were here, which reading does once a minute
    other = sqlite3.connect(settings.effective_database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    locked = client.put(mask_url, json=body)
    assert (locked.status_code, locked.json()["code"]) == (503, "database_away")
    assert client.get(f"/api/images/{image_id}/masks").json() == []
    other.execute("ROLLBACK")
    other.close()
    assert client.put(mask_url, json=body).status_code == 201


def test_mistakes_of_ours_are_not_taken_for_an_outage(runtime: Runtime, client: TestClient) -> None:
    with session_scope(runtime.sessions) as session:
        session.execute(text("DROP TABLE mask_logs"))
        session.execute(text("ALTER TABLE masks RENAME TO lost"))
    response = client.get(f"/api/images/{add_image(runtime)}/masks")
    assert (response.status_code, response.json()["code"]) == (500, "internal")
