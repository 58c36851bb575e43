"""Which model is active, and what follows from changing it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.database import session_scope
from backend.core.storage import Storage
from backend.images.models import Embedding, Image
from backend.jobs.models import Job, JobKind
from backend.models import service
from backend.models.models import Model, ModelState
from backend.models.service import ModelError
from backend.projects.service import ensure_first_project
from backend.runtime import Runtime
from tests.backend.drawing import add_image

AddModel = Callable[..., Model]


def unsaved_model(weights_sha256: str) -> Model:
    """A row as `tasks` prepares it from a file."""
    folder = f"models/{weights_sha256}"
    return Model(
        family="tinyvit",
        config={},
        encoder_digest="e" * 64,
        decoder_digest="d" * 64,
        weights_sha256=weights_sha256,
        weights_key=f"{folder}/weights.safetensors",
        decoder_key=f"{folder}/decoder.mldg",
        decoder_manifest={
            "image_size": 512,
            "grid": 32,
            "embedding_channels": 256,
            "mask_threshold": 0.0,
            "sha256": "5" * 64,
            "size_bytes": 7,
        },
    )


@pytest.fixture
def add_model(runtime: Runtime) -> AddModel:
    """Adds a row as `tasks` does, its decoder's bytes being the model's name."""

    def add(name: str, *, encoder: str = "e" * 64, is_starter: bool = False) -> Model:
        model = unsaved_model(uuid4().hex * 2)
        model.name, model.encoder_digest, model.is_starter = name, encoder, is_starter
        runtime.storage.put(model.decoder_key, name.encode())
        with session_scope(runtime.sessions) as session:
            session.add(model)
        return model

    return add


def use(runtime: Runtime, name: str) -> int:
    with session_scope(runtime.sessions) as session:
        return service.use_model(session, name)


def states(runtime: Runtime) -> dict[str, ModelState]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return {model.name: model.state for model in service.list_models(session)}


def queued_embeddings(session: Session) -> set[str]:
    return set(session.scalars(select(Job.subject).where(Job.kind == JobKind.EMBED)))


def test_page_learns_what_the_active_model_needs(
    runtime: Runtime, client: TestClient, add_model: AddModel
) -> None:
    add_model("starter", is_starter=True)
    use(runtime, "starter")
    model = client.get("/api/models/active").json()
    expected = {"name": "starter", "image_size": 512, "grid": 32, "embedding_channels": 256}
    assert {key: model[key] for key in expected} == expected
    assert "good for trying things out" in model["notice"]
    decoder = client.get(model["decoder"]["url"])
    assert decoder.content == b"starter"
    assert "immutable" in decoder.headers["cache-control"]
    known = client.get(model["decoder"]["url"], headers={"If-None-Match": decoder.headers["etag"]})
    assert known.status_code == 304
    [listed] = client.get("/api/models").json()
    assert listed | model == listed


def test_only_the_starter_carries_the_notice(
    runtime: Runtime, client: TestClient, add_model: AddModel
) -> None:
    add_model("vit_b")
    use(runtime, "vit_b")
    assert client.get("/api/models/active").json()["notice"] is None


def test_without_a_model_the_page_is_told_so(client: TestClient) -> None:
    answer = client.get("/api/models/active")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_active_model")
    assert client.get(f"/api/models/{uuid4()}/decoder").json()["code"] == "model_not_found"


def test_new_encoder_queues_every_image_once(runtime: Runtime, add_model: AddModel) -> None:
    images = [add_image(runtime) for _ in range(3)]
    add_model("first")
    add_model("second", encoder="f" * 64)
    assert use(runtime, "first") == len(images)
    assert use(runtime, "first") == 0
    assert use(runtime, "second") == len(images)
    assert states(runtime) == {"first": ModelState.CANDIDATE, "second": ModelState.ACTIVE}
    with session_scope(runtime.sessions) as session:
        contents = set(session.scalars(select(Image.sha256)))
        assert queued_embeddings(session) == {
            f"{sha256}:{encoder * 64}" for sha256 in contents for encoder in "ef"
        }


def test_model_with_the_same_encoder_embeds_nothing_again(runtime: Runtime, add_model: AddModel) -> None:
    add_image(runtime)
    with session_scope(runtime.sessions) as session:
        image_sha256 = session.scalars(select(Image.sha256)).one()
        session.add(
            Embedding(
                image_sha256=image_sha256,
                encoder_digest="e" * 64,
                blob_key="embedding",
                size_bytes=1,
                compute_ms=1,
            )
        )
    add_model("parent")
    add_model("tuned decoder")
    assert use(runtime, "parent") == 0
    assert use(runtime, "tuned decoder") == 0
    with session_scope(runtime.sessions) as session:
        assert queued_embeddings(session) == set()


def test_database_itself_refuses_a_second_active_model(runtime: Runtime, add_model: AddModel) -> None:
    add_model("first")
    add_model("second")
    use(runtime, "first")
    activate_second = update(Model).where(Model.name == "second").values(state=ModelState.ACTIVE)
    with session_scope(runtime.sessions) as session, pytest.raises(IntegrityError):
        session.execute(activate_second)


def start_with(runtime: Runtime, shipped: Model) -> None:
    """What a start does with the starter of the release; `tasks.ensure_starter` does it with files."""
    with session_scope(runtime.sessions) as session:
        known = service.find_by_weights(session, shipped.weights_sha256)
        if known is None:
            service.add_starter(session, shipped)
        else:
            service.prefer_starter(session, known)


def test_newer_starter_takes_over_and_an_older_one_can_come_back(
    runtime: Runtime,
) -> None:
    older, newer = unsaved_model("o" * 64), unsaved_model("n" * 64)
    start_with(runtime, older)
    assert states(runtime) == {"starter": ModelState.ACTIVE}
    start_with(runtime, newer)
    assert states(runtime) == {"starter": ModelState.ACTIVE, "starter-oooooooo": ModelState.RETIRED}
    with session_scope(runtime.sessions, read_only=True) as session:
        assert service.active_model(session, ensure_first_project(session).id).weights_sha256 == "n" * 64
    start_with(runtime, older)
    assert states(runtime) == {"starter": ModelState.RETIRED, "starter-oooooooo": ModelState.ACTIVE}


def test_starter_does_not_replace_a_model_of_the_users(runtime: Runtime, add_model: AddModel) -> None:
    add_model("mine")
    use(runtime, "mine")
    start_with(runtime, unsaved_model("s" * 64))
    assert states(runtime) == {"mine": ModelState.ACTIVE, "starter": ModelState.CANDIDATE}


def test_unknown_name_lists_what_is_there(runtime: Runtime, add_model: AddModel) -> None:
    add_model("vit_b")
    with pytest.raises(ModelError, match=r"no model named vit_x\. Models here: vit_b"):
        use(runtime, "vit_x")
    assert states(runtime) == {"vit_b": ModelState.CANDIDATE}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "is no name for a model"),
        ("../up", "is no name for a model"),
        ("n" * 65, "is no name for a model"),
        ("starter", "belong to the models shipped"),
        ("starter-2", "belong to the models shipped"),
        ("vit_b", "a model named vit_b already"),
    ],
)
def test_names_that_a_new_model_cannot_have(
    runtime: Runtime, add_model: AddModel, name: str, reason: str
) -> None:
    add_model("vit_b")
    with pytest.raises(ModelError, match=reason), session_scope(runtime.sessions) as session:
        service.check_name(session, name)


def test_weights_in_remote_storage_are_fetched_for_the_time_of_use(
    runtime: Runtime, add_model: AddModel
) -> None:
    add_model("vit_b")
    remote = Storage(f"memory://{uuid4()}")
    with session_scope(runtime.sessions, read_only=True) as session:
        model = service.find_by_name(session, "vit_b")
    assert model is not None
    remote.put(model.weights_key, b"weights")
    with service.weights_file(remote, model) as path:
        assert path.read_bytes() == b"weights"
        assert path.suffix == ".safetensors"
    assert not path.exists()


def test_weights_in_local_storage_are_used_in_place(runtime: Runtime, add_model: AddModel) -> None:
    add_model("vit_b")
    with session_scope(runtime.sessions, read_only=True) as session:
        model = service.find_by_name(session, "vit_b")
    assert model is not None
    with service.weights_file(runtime.storage, model) as path:
        assert path == Path(runtime.settings.data_dir / "blobs" / model.weights_key)
