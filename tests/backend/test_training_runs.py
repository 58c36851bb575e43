"""Runs of retraining with the real engine and a tiny model, and whatever goes wrong with them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.core.database import session_scope
from backend.core.errors import Conflict
from backend.images import views
from backend.images.models import Embedding, Image
from backend.images.schemas import EmbeddingState
from backend.images.service import in_project
from backend.images.tasks import embed
from backend.jobs import service as jobs
from backend.jobs.models import Job, JobKind, JobState
from backend.jobs.run import JobError, TakenAwayError, run_job
from backend.masks import service as masks
from backend.masks.models import Mask
from backend.masks.schemas import MaskIn
from backend.masks.states import Verb
from backend.models.models import Model, Promotion
from backend.runtime import Runtime, open_runtime
from backend.settings import REPOSITORY, Settings
from backend.training import progress, service, tasks
from backend.training.models import RunState, Trains
from backend.training.sweep import start_due_runs
from engine.container import pack
from engine.embedding import MAGIC, EmbeddingHeader
from tests.backend import retraining
from tests.backend.drawing import mask_body
from tests.backend.retraining import HELD_OUT, LEARNT, annotate, chosen_discs, disc
from tests.backend.retraining_process import WORST_MOMENTS
from tests.backend.servers import wait_until
from tests.backend.worlds import copy_model, first_project

# A margin for tests of what comes after the verdict: seconds of training need not make a better model.
ANY_WORTH = -1.0


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=database_url, worker_precision="float32")


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Trainings take long; test_training.py is about the database."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    template: str = request.getfixturevalue("migrated_postgres")
    return str(request.getfixturevalue("postgres").create_database(template))


@pytest.fixture
def runtime(settings: Settings, tiny: Runtime) -> Iterator[Runtime]:
    runtime = open_runtime(settings)
    copy_model(tiny, runtime)
    yield runtime
    runtime.engine.dispose()


@pytest.fixture
def annotated(runtime: Runtime) -> Runtime:
    annotate(runtime, chosen_discs(LEARNT, HELD_OUT))
    return runtime


def promotions(runtime: Runtime) -> list[Promotion]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return list(session.scalars(select(Promotion).order_by(Promotion.promoted_at)))


def models_of(runtime: Runtime) -> list[Model]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return list(session.scalars(select(Model).order_by(Model.created_at)))


def do_in_a_process(runtime: Runtime, run_id: UUID, what: str, value: str) -> int:
    """The exit status of a worker that does a run."""
    names = ("data_dir", "database_url", "worker_precision")
    environment = {f"MASKLOOP_{name.upper()}": str(getattr(runtime.settings, name)) for name in names}
    job_id = str(retraining.job_of(runtime, run_id).id)
    command = [sys.executable, "-m", "tests.backend.retraining_process", job_id, what, value]
    # Its output goes through a pipe: files, as pytest's own, may be what it cannot write.
    ended = subprocess.run(
        command, env=os.environ | environment, cwd=REPOSITORY, timeout=200, capture_output=True, text=True
    )
    print(ended.stdout, ended.stderr)
    return ended.returncode


def refuse(runtime: Runtime, run_id: UUID) -> str:
    """Does a run that cannot succeed; its reason, after a look at what must not have happened."""
    before = retraining.model_in_use(runtime)
    with pytest.raises(JobError) as failure:
        retraining.work(runtime, run_id)
    run = retraining.shown(runtime, run_id)
    assert (run.state, run.error) == (RunState.FAILED, failure.value.message)
    assert run.finished_at is not None
    assert retraining.model_in_use(runtime).id == before.id
    assert len(models_of(runtime)) == 1
    assert promotions(runtime) == []
    return failure.value.code


@pytest.mark.long
def test_run_trains_the_decoder_tries_both_models_and_puts_the_better_one_to_use(annotated: Runtime) -> None:
    before = retraining.model_in_use(annotated)
    stopped_id = retraining.start(annotated)
    with session_scope(annotated.sessions) as session:
        service.cancel(session, stopped_id)
    annotated.storage.put(service.checkpoint_key(stopped_id), b"of a run that was stopped")
    run = retraining.work(annotated, retraining.start(annotated, minutes=0.5))  # enough to gain something
    assert (run.state, run.error, run.progress) == (RunState.DONE, None, 1.0)
    assert run.snapshot is not None
    assert (run.snapshot.image_count, run.snapshot.held_out_images) == (LEARNT + HELD_OUT, HELD_OUT)
    assert run.metrics is not None
    assert run.metrics.held_out.masks == HELD_OUT
    assert set(run.metrics.after.miou) == {"1", "3", "5"}
    assert set(run.metrics.after.by_source) == {"clicked"}
    assert run.metrics.after.miou["1"] >= run.metrics.before.miou["1"]
    [promotion] = promotions(annotated)
    assert (promotion.previous_id, promotion.promoted_by, promotion.reason) == (before.id, None, run.verdict)
    model = retraining.model_in_use(annotated)
    assert (model.id, model.parent_id, model.run_id) == (run.model_id, before.id, run.id)
    assert (model.name, model.encoder_digest) == ("my-project-1", before.encoder_digest)
    assert model.decoder_digest != before.decoder_digest
    told = retraining.points(annotated, run.id)
    assert told[-1].step > told[0].step
    assert list((annotated.settings.data_dir / "training").iterdir()) == []
    assert not annotated.storage.exists(service.checkpoint_key(run.id))
    assert not annotated.storage.exists(service.checkpoint_key(stopped_id))
    with session_scope(annotated.sessions, read_only=True) as session:
        assert session.scalars(
            select(Job).where(Job.state == JobState.QUEUED, Job.kind == JobKind.EMBED)
        ).all()


@pytest.mark.long
def test_full_training_gives_a_new_encoder_and_people_go_on_with_the_old_one(annotated: Runtime) -> None:
    before = retraining.model_in_use(annotated)
    embed_all(annotated)
    run = retraining.work(annotated, retraining.start(annotated, trains=Trains.FULL, margin=ANY_WORTH))
    model = retraining.model_in_use(annotated)
    assert (run.state, model.id) == (RunState.DONE, run.model_id)
    assert model.encoder_digest != before.encoder_digest
    with session_scope(annotated.sessions, read_only=True) as session:
        for image in session.scalars(select(Image)):
            shown = views.show_image(session, image.id, in_project(first_project(annotated)))
            assert shown.embedding.state == EmbeddingState.READY
            assert shown.model is not None
            assert shown.model.id == before.id
        waiting = jobs_waiting(session, model.encoder_digest)
    assert len(waiting) == LEARNT + HELD_OUT
    embed_all(annotated)
    with session_scope(annotated.sessions, read_only=True) as session:
        for image in session.scalars(select(Image)):
            shown = views.show_image(session, image.id, in_project(first_project(annotated)))
            assert shown.model is not None
            assert shown.model.id == model.id


@pytest.mark.long
@pytest.mark.parametrize("phase", list(WORST_MOMENTS))
def test_run_of_a_killed_worker_is_taken_up_where_it_was(annotated: Runtime, phase: str) -> None:
    before = retraining.model_in_use(annotated)
    run_id = retraining.start(annotated, margin=ANY_WORTH)
    assert do_in_a_process(annotated, run_id, "dies-in", phase) == -signal.SIGKILL
    broken_off = retraining.shown(annotated, run_id)
    assert broken_off.finished_at is None
    assert (broken_off.snapshot is None) == (phase == "snapshot")
    assert retraining.model_in_use(annotated).id == before.id
    assert (len(models_of(annotated)), promotions(annotated)) == (1, [])
    told = retraining.points(annotated, run_id)

    retraining.take_back(annotated)
    run = retraining.work(annotated, run_id)
    assert (run.state, run.error) == (RunState.DONE, None)
    assert retraining.job_of(annotated, run_id).attempts == 2
    assert len(models_of(annotated)) == 2
    [promotion] = promotions(annotated)
    assert promotion.model_id == run.model_id == retraining.model_in_use(annotated).id
    if broken_off.snapshot is not None:
        assert run.snapshot == broken_off.snapshot
    if told:  # of a training that goes on, no step is taken again: its minutes would be others
        again = {point.step: point.minutes for point in retraining.points(annotated, run_id)}
        assert {point.step: point.minutes for point in told}.items() <= again.items()
    assert list((annotated.settings.data_dir / "training").iterdir()) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("bytes_left", [100, 40_000, 300_000])
def test_full_disk_fails_the_run_with_its_reason(
    settings: Settings, annotated: Runtime, bytes_left: int
) -> None:
    before = retraining.model_in_use(annotated)
    run_id = retraining.start(annotated)
    assert do_in_a_process(annotated, run_id, "writes-at-most", str(bytes_left)) == 0
    run = retraining.shown(annotated, run_id)
    assert run.state == RunState.FAILED
    assert run.error is not None
    assert re.search(r"disk (is|may be) full", run.error)
    job = retraining.job_of(annotated, run_id)
    assert (job.state, job.error) == (JobState.FAILED, run.error)
    assert retraining.model_in_use(annotated).id == before.id
    assert (len(models_of(annotated)), promotions(annotated)) == (1, [])


def test_corrupt_mask_is_named(annotated: Runtime) -> None:
    with session_scope(annotated.sessions) as session:
        mask = session.scalars(select(Mask).limit(1)).one()
        mask.rle_counts = "PPYo0"
    assert refuse(annotated, retraining.start(annotated)) == "mask_corrupt"
    [run] = retraining.all_runs(annotated)
    assert run.error is not None
    assert str(mask.id) in run.error
    assert run.snapshot_id is None


def test_run_that_failed_can_be_tried_again_from_the_page_of_the_queue(annotated: Runtime) -> None:
    with session_scope(annotated.sessions) as session:
        mask = session.scalars(select(Mask).limit(1)).one()
        mask.rle_counts, whole = "PPYo0", mask.rle_counts
    run_id = retraining.start(annotated)
    with pytest.raises(JobError):
        retraining.work(annotated, run_id)
    with session_scope(annotated.sessions) as session:
        job = jobs.find(session, JobKind.RETRAIN, str(run_id))
        assert job is not None
        jobs.fail(session, job.claim or uuid4(), code="mask_corrupt", message="It is damaged.")
        session.get_one(Mask, mask.id).rle_counts = whole
    with session_scope(annotated.sessions) as session:
        jobs.retry_failed(session, job.id)
    with session_scope(annotated.sessions) as session:
        assert progress.begin(session, run_id) is not None
    assert retraining.shown(annotated, run_id).error is None
    with pytest.raises(Conflict):
        retraining.start(annotated)


def test_run_that_has_tried_its_model_is_not_at_its_end(annotated: Runtime) -> None:
    """Exporting the decoder takes as long as evaluating."""
    run_id = retraining.start(annotated)
    job = retraining.claim(annotated, run_id)
    with session_scope(annotated.sessions) as session:
        assert progress.report(session, run_id, job.token, RunState.EVALUATING, 1.0, seconds_left=None)
    assert 0.9 < retraining.shown(annotated, run_id).progress < 1


def test_embedding_of_another_encoder_is_never_trained_on(annotated: Runtime) -> None:
    model = retraining.model_in_use(annotated)
    with session_scope(annotated.sessions) as session:
        image = session.scalars(select(Image).limit(1)).one()
        header = EmbeddingHeader("int8", (16, 4, 4), (64, 64), (64, 64), "another", (1.0,) * 16)
        annotated.storage.put("embeddings/another", pack(MAGIC, asdict(header), bytes(16 * 4 * 4)))
        session.add(
            Embedding(
                image_sha256=image.sha256,
                encoder_digest=model.encoder_digest,
                blob_key="embeddings/another",
                size_bytes=1,
                compute_ms=1,
            )
        )
    assert refuse(annotated, retraining.start(annotated)) == "encoder_differs"


def test_too_few_masks_are_refused_at_once(runtime: Runtime) -> None:
    for discs in ([], chosen_discs(1, 0), chosen_discs(2, 0, first=100)):
        annotate(runtime, discs)
        with pytest.raises(Conflict) as refused:
            retraining.start(runtime)
        assert refused.value.code == "too_few_masks"
    assert retraining.all_runs(runtime) == []


def test_masks_that_are_all_of_one_image_are_refused_and_not_tried_on_themselves(runtime: Runtime) -> None:
    [image_id] = annotate(runtime, chosen_discs(0, 1))
    with session_scope(runtime.sessions) as session:
        for seed in range(5):
            body = mask_body(image_id, disc(seed)[1])
            masks.save_mask(session, uuid4(), MaskIn.model_validate(body), by=None)
    with pytest.raises(Conflict) as refused:
        retraining.start(runtime)
    assert refused.value.code == "too_few_masks"
    assert "to learn from" in refused.value.detail


def test_masks_that_go_before_the_snapshot_fail_the_run(annotated: Runtime) -> None:
    run_id = retraining.start(annotated)
    with session_scope(annotated.sessions) as session:
        for mask in session.scalars(select(Mask)).all()[1:]:
            masks.take_step(session, mask.id, Verb.DELETE, by=None)
    assert refuse(annotated, run_id) == "too_few_masks"


def test_stopped_run_keeps_its_checkpoint_and_goes_on_from_it(annotated: Runtime) -> None:
    run_id = retraining.start(annotated, minutes=5)
    job = retraining.claim(annotated, run_id)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(tasks.retrain, job)
        wait_until(lambda: len(retraining.points(annotated, run_id)) > 1, what="the training has begun")
        with session_scope(annotated.sessions) as session:
            service.cancel(session, run_id)
        stopped_at = time.monotonic()
        with pytest.raises(TakenAwayError):
            working.result()
    assert time.monotonic() - stopped_at < 5
    assert retraining.shown(annotated, run_id).state == RunState.CANCELLED
    assert annotated.storage.exists(service.checkpoint_key(run_id))
    told = retraining.points(annotated, run_id)

    with session_scope(annotated.sessions) as session:
        service.retry(session, run_id)
    again = retraining.claim(annotated, run_id)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(tasks.retrain, again)
        wait_until(lambda: len(retraining.points(annotated, run_id)) > len(told), what="it goes on")
        with session_scope(annotated.sessions) as session:
            service.cancel(session, run_id)
        with pytest.raises(TakenAwayError):
            working.result()
    kept = retraining.points(annotated, run_id)[: len(told)]
    assert [(point.step, point.minutes) for point in kept] == [(point.step, point.minutes) for point in told]
    assert (len(models_of(annotated)), promotions(annotated)) == (1, [])


def test_run_that_workers_die_of_ends_with_the_reason(annotated: Runtime) -> None:
    run_id = retraining.start(annotated)
    for _ in range(2):
        retraining.claim(annotated, run_id)
        retraining.take_back(annotated)
    retraining.claim(annotated, run_id)
    with session_scope(annotated.sessions) as session:
        assert jobs.take_back_stale(session, stale_seconds=0, max_attempts=3) == 1
    start_due_runs(annotated.sessions)
    run = retraining.shown(annotated, run_id)
    assert run.state == RunState.FAILED
    assert run.error is not None
    assert "died 3 times" in run.error
    retraining.start(annotated)  # nothing is in its way


def embed_all(runtime: Runtime) -> None:
    """As workers would."""
    with session_scope(runtime.sessions, read_only=True) as session:
        waiting = session.scalars(
            select(Job).where(Job.kind == JobKind.EMBED, Job.state == JobState.QUEUED)
        ).all()
    for job in waiting:
        run_job(runtime, job.id, {JobKind.EMBED: embed})


def jobs_waiting(session: Session, encoder_digest: str) -> list[Job]:
    waiting = select(Job).where(Job.state == JobState.QUEUED, Job.subject.endswith(encoder_digest))
    return list(session.scalars(waiting))
