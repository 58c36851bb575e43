"""Real workers with the real engine, on both queues, and what happens to work when things die."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from redis import Redis
from sqlalchemy import insert, select, update

from backend.core.database import session_scope, utc_now
from backend.exports.models import Export, ExportFormat
from backend.exports.schemas import ExportIn
from backend.exports.service import request_export
from backend.images.models import Embedding
from backend.jobs.models import Job, JobKind, JobQueue, JobState, Worker
from backend.jobs.service import LOST_MESSAGE_AFTER
from backend.masks.models import Mask
from backend.masks.schemas import MaskIn
from backend.masks.service import save_mask
from backend.projects.service import ensure_first_project
from backend.runtime import Runtime
from backend.settings import REPOSITORY, Settings
from tests.backend.drawing import add_image, draw, mask_body
from tests.backend.pictures import photo
from tests.backend.servers import RedisServer, wait_until
from tests.backend.worlds import add_model, import_photos

LIMITS = {"heartbeat_seconds": 0.3, "stale_seconds": 5.0, "worker_threads": 1, "worker_precision": "float32"}
MASKS_OF_A_LONG_EXPORT = 6000


@dataclass
class Broker:
    """The queue's outages, for either kind of queue."""

    folder: Path
    redis: RedisServer | None

    def stop(self) -> None:
        if self.redis:
            self.redis.stop()
        else:
            self.folder.rename(self.folder.with_name("gone"))

    def start(self) -> None:
        if self.redis:
            self.redis.start()
        else:
            self.folder.with_name("gone").rename(self.folder)

    def lose_messages(self) -> None:
        if self.redis:
            Redis(port=self.redis.port).flushall()
        for message in self.folder.glob("*.msg"):
            message.unlink()


@pytest.fixture(params=["embedded", "redis"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Broker:
    redis = request.getfixturevalue("redis") if request.param == "redis" else None
    return Broker(tmp_path / "data" / "queue", redis)


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path, broker: Broker) -> Settings:
    """The two ways to deploy: no services at all, or PostgreSQL and Redis."""
    if broker.redis is None:
        url = request.getfixturevalue("sqlite_url")
        return Settings(data_dir=tmp_path / "data", database_url=url, **LIMITS)
    url = request.getfixturevalue("postgres").create_database(request.getfixturevalue("migrated_postgres"))
    return Settings(data_dir=tmp_path / "data", database_url=url, broker_url=broker.redis.url, **LIMITS)


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A vit_t with random weights, slow enough to be caught at work, and its encoder's digest."""
    from engine.sam.registry import ModelConfig, build_model, encoder_digest, save_checkpoint

    path = tmp_path_factory.mktemp("weights") / "model.safetensors"
    model = build_model(ModelConfig.vit_t(image_size=512))
    save_checkpoint(model, path)
    return path, encoder_digest(model)


@pytest.fixture
def encoder(runtime: Runtime, weights: tuple[Path, str]) -> str:
    path, digest = weights
    runtime.storage.put_file("models/random/weights.safetensors", path)
    add_model(runtime, encoder_digest=digest, weights_key="models/random/weights.safetensors")
    return digest


@contextmanager
def worker(settings: Settings, *queues: JobQueue) -> Iterator[subprocess.Popen[bytes]]:
    """Of these queues only, if any are named."""
    values = settings.model_dump(include={"data_dir", "database_url", "broker_url", *LIMITS})
    environment = {f"MASKLOOP_{name.upper()}": str(value) for name, value in values.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.backend.worker_process", *queues],
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


def jobs(runtime: Runtime) -> dict[UUID, Job]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return {job.id: job for job in session.scalars(select(Job))}


def embeddings(runtime: Runtime) -> list[str]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return sorted(session.scalars(select(Embedding.image_sha256)))


def wait_for_state(runtime: Runtime, state: JobState, *, count: int, seconds: float = 90) -> None:
    wait_until(
        lambda: sum(job.state == state for job in jobs(runtime).values()) == count,
        seconds=seconds,
        what=f"{count} jobs {state.value}",
    )


def worker_sign(runtime: Runtime) -> datetime:
    with session_scope(runtime.sessions, read_only=True) as session:
        return max(session.scalars(select(Worker.heartbeat_at)))


def age_messages(runtime: Runtime) -> None:
    """As if the messages had been sent long ago."""
    with session_scope(runtime.sessions) as session:
        session.execute(update(Job).values(sent_at=utc_now() - 2 * LOST_MESSAGE_AFTER))


@dataclass(frozen=True)
class KilledAtWork:
    """A kind of job: `start` queues one that takes a while, `results` is what it makes."""

    start: Callable[[Runtime], object]
    results: Callable[[Runtime], Sequence[object]]
    expected: Sequence[object]
    blobs: str  # the folder that has one file afterwards


def start_long_export(runtime: Runtime) -> None:
    image_id = add_image(runtime)
    content = MaskIn.model_validate(mask_body(image_id, draw(np.random.default_rng(1))))
    with session_scope(runtime.sessions) as session:
        mask, _ = save_mask(session, uuid4(), content, by=None)
        columns = {column.name: getattr(mask, column.name) for column in Mask.__table__.columns}
        session.connection().execute(
            insert(Mask), [columns | {"id": uuid4()} for _ in range(MASKS_OF_A_LONG_EXPORT - 1)]
        )
        request_export(session, ensure_first_project(session).id, ExportIn(format=ExportFormat.COCO), by=None)


def exported_masks(runtime: Runtime) -> list[int | None]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return list(session.scalars(select(Export.mask_count)))


KILLED_AT_WORK = {
    JobKind.EMBED: KilledAtWork(
        lambda runtime: import_photos(runtime, 1, size=(1600, 1200)),
        embeddings,
        [hashlib.sha256(photo(0, (1600, 1200))).hexdigest()],
        "embeddings",
    ),
    JobKind.EXPORT: KilledAtWork(start_long_export, exported_masks, [MASKS_OF_A_LONG_EXPORT], "exports"),
}


# Those that need more of a world: in test_exchange_workers.py, test_stages_workers.py, test_training_runs.py,
# test_models_public_workers.py.
KILLED_ELSEWHERE = {
    JobKind.IMPORT_ANNOTATIONS,
    JobKind.TRAIN_DETECTOR,
    JobKind.PROPOSE,
    JobKind.AUTOMASK,
    JobKind.RETRAIN,
    JobKind.DOWNLOAD_MODEL,
}


def test_every_kind_of_job_is_killed() -> None:
    assert set(KILLED_AT_WORK) | KILLED_ELSEWHERE == set(JobKind)


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize("kind", KILLED_AT_WORK)
def test_job_of_a_killed_worker_ends_once(runtime: Runtime, settings: Settings, kind: JobKind) -> None:
    case = KILLED_AT_WORK[kind]
    with worker(settings) as first:
        case.start(runtime)
        wait_for_state(runtime, JobState.RUNNING, count=1)
        first.kill()
        first.wait()
    [cut_off] = jobs(runtime).values()
    assert (cut_off.kind, cut_off.state) == (kind, JobState.RUNNING)
    assert case.results(runtime) != case.expected

    with worker(settings):
        wait_for_state(runtime, JobState.DONE, count=1)
    [done] = jobs(runtime).values()
    assert (done.id, done.attempts) == (cut_off.id, 2)
    assert case.results(runtime) == case.expected
    files = [path for path in (settings.data_dir / "blobs" / case.blobs).rglob("*") if path.is_file()]
    assert len([path for path in files if path.suffix != ".part"]) == 1


def test_embedding_is_what_the_engine_computes(
    runtime: Runtime, settings: Settings, encoder: str, weights: tuple[Path, str], client: TestClient
) -> None:
    import numpy as np

    from engine.embedding import embed_image, unpack_embedding
    from engine.sam.registry import read_checkpoint
    from tests.backend.pictures import pixels

    [image_id] = import_photos(runtime, 1, size=(90, 60))
    with worker(settings):
        wait_for_state(runtime, JobState.DONE, count=1)
    array, header = unpack_embedding(client.get(f"/api/images/{image_id}/embedding").content)
    expected = embed_image(read_checkpoint(weights[0]), pixels(photo(0, (90, 60))))
    half_a_step = 0.5 / 127  # of int8
    np.testing.assert_allclose(array, expected, atol=1.01 * half_a_step * np.abs(expected).max())
    assert (header.original_size, header.encoder) == ((60, 90), encoder)


@pytest.mark.usefixtures("encoder")
def test_import_succeeds_while_the_queue_is_down(
    runtime: Runtime, settings: Settings, broker: Broker, client: TestClient
) -> None:
    broker.stop()
    for seed in range(2):
        response = client.post("/api/images", files={"files": (f"{seed}.png", photo(seed))})
        assert response.json()["imported"] == 1
    assert {(job.state, job.sent_at) for job in jobs(runtime).values()} == {(JobState.QUEUED, None)}
    broker.start()
    with worker(settings):
        wait_for_state(runtime, JobState.DONE, count=2)
    assert len(embeddings(runtime)) == 2


@pytest.mark.usefixtures("encoder")
def test_lost_messages_are_sent_again(runtime: Runtime, settings: Settings, broker: Broker) -> None:
    import_photos(runtime, 2)
    broker.lose_messages()
    age_messages(runtime)
    with worker(settings):
        wait_for_state(runtime, JobState.DONE, count=2)
    assert {job.attempts for job in jobs(runtime).values()} == {1}


@pytest.mark.usefixtures("encoder")
def test_messages_that_come_twice_are_harmless(runtime: Runtime, settings: Settings) -> None:
    from backend.jobs.broker import make_celery
    from backend.jobs.dispatch import RUN_JOB

    import_photos(runtime, 2)
    celery = make_celery(settings)
    for job in jobs(runtime).values():
        celery.send_task(RUN_JOB, args=[str(job.id)], queue=job.queue.value)
    with worker(settings), worker(settings):
        wait_for_state(runtime, JobState.DONE, count=2)
    assert {job.attempts for job in jobs(runtime).values()} == {1}
    assert len(embeddings(runtime)) == 2


@pytest.mark.usefixtures("encoder")
def test_two_workers_share_the_work_and_sweep_together(runtime: Runtime, settings: Settings) -> None:
    with worker(settings), worker(settings):
        import_photos(runtime, 6, size=(320, 240))
        wait_for_state(runtime, JobState.DONE, count=6)
    assert {job.attempts for job in jobs(runtime).values()} == {1}
    assert len(embeddings(runtime)) == 6


@pytest.mark.usefixtures("encoder")
def test_workers_of_one_queue_each_leave_the_other_alone(runtime: Runtime, settings: Settings) -> None:
    import_photos(runtime, 1)
    with session_scope(runtime.sessions) as session:
        request_export(session, ensure_first_project(session).id, ExportIn(format=ExportFormat.COCO), by=None)
    with worker(settings, JobQueue.IO):
        wait_for_state(runtime, JobState.DONE, count=1)
        with session_scope(runtime.sessions, read_only=True) as session:
            assert session.scalars(select(Worker.queues)).all() == [["io"]]
        age_messages(runtime)  # nobody takes them: the worker that is there must not send ever more of them
        aged = {job.sent_at for job in jobs(runtime).values() if job.state == JobState.QUEUED}
        seen = worker_sign(runtime)
        wait_until(lambda: worker_sign(runtime) > seen, what="the worker has swept again")
        waiting = [job for job in jobs(runtime).values() if job.state == JobState.QUEUED]
        assert [job.kind for job in waiting] == [JobKind.EMBED]
        assert {job.sent_at for job in waiting} == aged
    with worker(settings, JobQueue.EMBED):
        wait_for_state(runtime, JobState.DONE, count=2)


@pytest.mark.usefixtures("encoder")
def test_job_of_a_killed_worker_is_taken_back_by_one_of_another_queue(
    runtime: Runtime, settings: Settings
) -> None:
    with worker(settings, JobQueue.IO):
        with worker(settings, JobQueue.EMBED) as killed:
            import_photos(runtime, 1, size=(1600, 1200))
            wait_for_state(runtime, JobState.RUNNING, count=1)
            killed.kill()
            killed.wait()
        wait_for_state(runtime, JobState.QUEUED, count=1)
        with worker(settings, JobQueue.EMBED):
            wait_for_state(runtime, JobState.DONE, count=1)
    assert [job.attempts for job in jobs(runtime).values()] == [2]


@pytest.mark.usefixtures("encoder")
def test_job_of_a_killed_worker_is_taken_back_by_the_beat_while_no_worker_is_there(
    runtime: Runtime, settings: Settings
) -> None:
    with worker(settings, JobQueue.EMBED) as killed:
        import_photos(runtime, 1, size=(1600, 1200))
        wait_for_state(runtime, JobState.RUNNING, count=1)
        killed.kill()
        killed.wait()
    values = settings.model_dump(include={"data_dir", "database_url", "broker_url", *LIMITS})
    environment = {f"MASKLOOP_{name.upper()}": str(value) for name, value in values.items()}
    command = [sys.executable, "-m", "backend.cli", "beat"]
    with subprocess.Popen(command, env=os.environ | environment, cwd=REPOSITORY) as beat:
        wait_for_state(runtime, JobState.QUEUED, count=1)
        beat.send_signal(signal.SIGTERM)
        assert beat.wait(30) == 0
    with worker(settings, JobQueue.EMBED):
        wait_for_state(runtime, JobState.DONE, count=1)


@pytest.mark.usefixtures("encoder")
def test_terminated_worker_finishes_its_job_and_says_goodbye(runtime: Runtime, settings: Settings) -> None:
    import_photos(runtime, 1)
    with worker(settings) as process:
        wait_for_state(runtime, JobState.RUNNING, count=1)
        with session_scope(runtime.sessions, read_only=True) as session:
            assert session.scalars(select(Worker.pid)).all() == [process.pid]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert [job.state for job in jobs(runtime).values()] == [JobState.DONE]
    with session_scope(runtime.sessions, read_only=True) as session:
        assert session.scalars(select(Worker)).all() == []


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize("broker", ["redis"], indirect=True)
@pytest.mark.parametrize("moment", [JobState.RUNNING, JobState.DONE])
def test_worker_outlives_an_outage_of_redis(
    runtime: Runtime, settings: Settings, broker: Broker, moment: JobState
) -> None:
    import_photos(runtime, 1, size=(1600, 1200))
    with worker(settings) as process:
        wait_for_state(runtime, moment, count=1)
        broker.stop()
        wait_for_state(runtime, JobState.DONE, count=1)
        import_photos(runtime, 2)
        broker.start()
        wait_for_state(runtime, JobState.DONE, count=3)
        assert process.poll() is None


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize("broker", ["redis"], indirect=True)
def test_worker_outlives_a_redis_that_refuses_to_write(
    runtime: Runtime, settings: Settings, broker: Broker
) -> None:
    assert broker.redis
    redis = Redis(port=broker.redis.port)
    import_photos(runtime, 1)
    with worker(settings) as process:
        wait_for_state(runtime, JobState.DONE, count=1)
        redis.config_set("min-replicas-to-write", 1)  # it refuses as one does whose disk is full
        wait_until(
            lambda: redis.info("commandstats").get("cmdstat_brpop", {}).get("rejected_calls"),
            what="the worker is refused",
        )
        redis.config_set("min-replicas-to-write", 0)
        import_photos(runtime, 3)
        wait_for_state(runtime, JobState.DONE, count=3)
        assert process.poll() is None


@pytest.mark.usefixtures("encoder")
def test_missing_picture_fails_with_a_reason(runtime: Runtime, settings: Settings) -> None:
    import_photos(runtime, 1)
    for blob in (settings.data_dir / "blobs/originals").rglob("*"):
        if blob.is_file():
            blob.unlink()
    with worker(settings):
        wait_for_state(runtime, JobState.FAILED, count=1)
    [job] = jobs(runtime).values()
    assert job.error_code == "picture_gone"
    assert job.error == "The stored picture is missing. Import the image again."
