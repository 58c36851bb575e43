"""Runs of retraining with the real engine and a tiny model: from snapshot to verdict, and whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import make_transient

from backend.core.database import session_scope
from backend.core.migrations import migrate
from backend.models.models import Model, Promotion
from backend.runtime import Runtime, open_runtime
from backend.settings import Settings
from backend.training.models import RunState, Trains
from tests.backend import retraining
from tests.backend.retraining import HELD_OUT, LEARNT, annotate, chosen_discs, register_tiny_model


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=sqlite_url, worker_precision="float32")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    """A runtime with the tiny model registered, whose files others copy: exporting a decoder takes seconds."""
    folder = tmp_path_factory.mktemp("tiny")
    runtime = open_runtime(Settings(data_dir=folder))
    migrate(runtime.engine)
    register_tiny_model(runtime, folder)
    return runtime


@pytest.fixture
def runtime(settings: Settings, tiny: Runtime) -> Iterator[Runtime]:
    runtime = open_runtime(settings)
    with session_scope(tiny.sessions, read_only=True) as session:
        [model] = session.scalars(select(Model))
    for key in (model.weights_key, model.decoder_key):
        path = tiny.storage.local_path(key)
        assert path
        runtime.storage.put_file(key, path)
    make_transient(model)
    with session_scope(runtime.sessions) as session:
        session.add(model)
    yield runtime
    runtime.engine.dispose()


@pytest.fixture
def annotated(runtime: Runtime) -> Runtime:
    annotate(runtime, chosen_discs(LEARNT, HELD_OUT))
    return runtime


def promotions(runtime: Runtime) -> list[Promotion]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return list(session.scalars(select(Promotion).order_by(Promotion.promoted_at)))


def test_run_trains_the_decoder_tries_both_models_and_puts_the_better_one_to_use(annotated: Runtime) -> None:
    before = retraining.model_in_use(annotated)
    run = retraining.work(annotated, retraining.start(annotated))
    assert (run.state, run.error, run.progress) == (RunState.DONE, None, 1.0)
    assert run.snapshot is not None
    assert (run.snapshot.image_count, run.snapshot.held_out_images) == (LEARNT + HELD_OUT, HELD_OUT)
    assert run.metrics is not None
    assert run.metrics.held_out.masks == HELD_OUT
    assert set(run.metrics.after.miou) == {"1", "3", "5"}
    assert set(run.metrics.after.by_source) == {"clicked"}
    assert run.verdict is not None
    print(run.verdict, run.metrics)
    new = retraining.model_in_use(annotated)
    assert (new.id == run.model_id) == (run.metrics.after.miou["1"] >= run.metrics.before.miou["1"])
    with session_scope(annotated.sessions, read_only=True) as session:
        model = session.get_one(Model, run.model_id)
    assert (model.parent_id, model.run_id, model.name) == (before.id, run.id, "my-project-1")
    assert model.encoder_digest == before.encoder_digest
    assert model.decoder_digest != before.decoder_digest
    told = retraining.points(annotated, run.id)
    assert told
    assert told[-1].step > 1


def test_full_training_gives_a_new_encoder(annotated: Runtime) -> None:
    before = retraining.model_in_use(annotated)
    run = retraining.work(annotated, retraining.start(annotated, trains=Trains.FULL))
    assert run.state == RunState.DONE
    with session_scope(annotated.sessions, read_only=True) as session:
        model = session.get_one(Model, run.model_id)
    assert model.encoder_digest != before.encoder_digest
