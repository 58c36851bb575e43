"""Real workers whose training run is stopped, and whose processes die."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from backend.core.database import session_scope, utc_now
from backend.jobs.models import JobQueue, JobState
from backend.runtime import Runtime, open_runtime
from backend.settings import Settings
from backend.training import progress, service
from backend.training.models import RunState, TrainingRun, Trains
from backend.training.sweep import start_due_runs
from tests.backend import retraining
from tests.backend.retraining import HELD_OUT, LEARNT, annotate, chosen_discs
from tests.backend.servers import wait_until
from tests.backend.test_jobs_workers import LIMITS, worker
from tests.backend.worlds import add_model, copy_model

STOPPED_WITHIN_SECONDS = 5.0
BATCH_SECONDS = 3.0  # in which the first one is read, so that the first step has begun
# A step of the whole model at this size takes half a minute on one thread.
LARGE = 1024


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=sqlite_url, **LIMITS)


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    runtime = open_runtime(settings)
    yield runtime
    runtime.engine.dispose()


def with_slow_model(runtime: Runtime, folder: Path) -> None:
    from engine.sam.registry import ModelConfig, build_model, encoder_digest, save_checkpoint

    path = folder / "slow.safetensors"
    model = build_model(ModelConfig.vit_t(image_size=LARGE))
    save_checkpoint(model, path)
    runtime.storage.put_file("models/slow/weights.safetensors", path)
    add_model(runtime, encoder_digest=encoder_digest(model), weights_key="models/slow/weights.safetensors")
    annotate(runtime, chosen_discs(LEARNT, HELD_OUT))


def with_tiny_model(runtime: Runtime, tiny: Runtime) -> None:
    copy_model(tiny, runtime)
    annotate(runtime, chosen_discs(LEARNT, HELD_OUT))


def wait_for_run(runtime: Runtime, run_id: UUID, state: RunState, *, seconds: float = 120) -> None:
    wait_until(
        lambda: retraining.shown(runtime, run_id).state == state, seconds=seconds, what=f"run {state.value}"
    )


def stop(runtime: Runtime, run_id: UUID) -> float:
    """Seconds until its worker has let the run go."""
    with session_scope(runtime.sessions) as session:
        assert service.cancel(session, run_id).state == RunState.STOPPING
    stopped_at = time.monotonic()
    wait_for_run(runtime, run_id, RunState.CANCELLED)
    return time.monotonic() - stopped_at


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def group_of(leader: int) -> list[int]:
    """The living processes that a training process has started, and itself."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # ended meanwhile
            state, _, group = status.read_text().rpartition(")")[2].split()[:3]
            if int(group) == leader and state != "Z":
                found.append(int(status.parent.name))
    return found


def training_process(worker_pid: int) -> int:
    """The one that computes: Python's tracker of resources is a child as well."""
    [found] = [
        child
        for child in children(worker_pid)
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
    return found


def within_a_step(worker_pid: int) -> int:
    computing = training_process(worker_pid)
    wait_until(lambda: len(group_of(computing)) > 1, what="a process reads photos for it")
    time.sleep(BATCH_SECONDS)
    return computing


def test_run_that_is_stopped_in_its_first_long_step_lets_its_worker_go(
    runtime: Runtime, settings: Settings, tmp_path: Path
) -> None:
    with_slow_model(runtime, tmp_path)
    run_id = retraining.start(runtime, trains=Trains.FULL, minutes=5)
    with worker(settings, JobQueue.TRAIN) as process:
        for _ in range(2):  # the worker that has let go takes the run up again
            wait_for_run(runtime, run_id, RunState.TRAINING)
            assert retraining.shown(runtime, run_id).seconds_left is None  # before any step was measured
            computing = within_a_step(process.pid)
            assert retraining.points(runtime, run_id) == []
            assert stop(runtime, run_id) < STOPPED_WITHIN_SECONDS
            assert group_of(computing) == []
            assert retraining.points(runtime, run_id) == []
            wait_until(
                lambda: not list((settings.data_dir / "training").glob("*")), what="its files are gone"
            )
            with session_scope(runtime.sessions) as session:
                service.retry(session, run_id)


def test_run_that_is_stopped_between_steps_keeps_the_last_one(
    runtime: Runtime, settings: Settings, tiny: Runtime
) -> None:
    with_tiny_model(runtime, tiny)
    run_id = retraining.start(runtime, minutes=5)
    with worker(settings, JobQueue.TRAIN):
        wait_until(
            lambda: len(retraining.points(runtime, run_id)) > 1, seconds=120, what="the training has begun"
        )
        shown = retraining.shown(runtime, run_id)
        assert shown.precision == "float32"  # as the worker is set
        assert shown.seconds_left is not None
        assert 0 < shown.seconds_left < 301
        assert stop(runtime, run_id) < STOPPED_WITHIN_SECONDS
        assert runtime.storage.exists(service.checkpoint_key(run_id))
        told = retraining.points(runtime, run_id)
        with session_scope(runtime.sessions) as session:
            service.retry(session, run_id)
        wait_until(
            lambda: len(retraining.points(runtime, run_id)) > len(told), seconds=120, what="it goes on"
        )
        stop(runtime, run_id)
    kept = retraining.points(runtime, run_id)[: len(told)]
    assert [(point.step, point.minutes) for point in kept] == [(point.step, point.minutes) for point in told]


@pytest.mark.long
def test_run_whose_process_dies_is_taken_up_again(
    runtime: Runtime, settings: Settings, tiny: Runtime
) -> None:
    with_tiny_model(runtime, tiny)
    run_id = retraining.start(runtime, minutes=0.3)
    with worker(settings, JobQueue.TRAIN) as process:
        wait_until(
            lambda: len(retraining.points(runtime, run_id)) > 1, seconds=120, what="the training has begun"
        )
        os.kill(training_process(process.pid), signal.SIGKILL)
        wait_until(
            lambda: retraining.job_of(runtime, run_id).state == JobState.DONE, seconds=180, what="it is done"
        )
        assert process.poll() is None
    assert retraining.job_of(runtime, run_id).attempts == 2
    assert retraining.shown(runtime, run_id).state == RunState.DONE


def test_process_of_a_killed_worker_ends_with_it(
    runtime: Runtime, settings: Settings, tmp_path: Path
) -> None:
    with_slow_model(runtime, tmp_path)
    run_id = retraining.start(runtime, trains=Trains.FULL, minutes=5)
    with worker(settings, JobQueue.TRAIN) as process:
        wait_for_run(runtime, run_id, RunState.TRAINING)
        computing = within_a_step(process.pid)
        process.kill()
        wait_until(lambda: group_of(computing) == [], seconds=5, what="the process ends")


def test_stopping_run_of_a_dead_worker_is_ended_by_the_sweep(runtime: Runtime, tiny: Runtime) -> None:
    with_tiny_model(runtime, tiny)
    run_id = retraining.start(runtime)
    retraining.claim(runtime, run_id)
    for _ in range(2):  # to ask twice changes nothing
        with session_scope(runtime.sessions) as session:
            assert service.cancel(session, run_id).state == RunState.STOPPING
    start_due_runs(runtime.sessions)
    assert retraining.shown(runtime, run_id).state == RunState.STOPPING
    with session_scope(runtime.sessions) as session:
        long_ago = utc_now() - progress.ABANDONED_AFTER - timedelta(seconds=1)
        session.execute(update(TrainingRun).values(updated_at=long_ago))
    start_due_runs(runtime.sessions)
    run = retraining.shown(runtime, run_id)
    assert (run.state, run.finished_at is not None) == (RunState.CANCELLED, True)
