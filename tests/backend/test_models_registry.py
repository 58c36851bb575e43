"""Which model a project works with: promotions, the way back, and images that wait for a new encoder."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.core.database import session_scope
from backend.images.models import Embedding, Image
from backend.jobs.models import Job, JobKind
from backend.masks import service as masks
from backend.masks.schemas import MaskIn
from backend.models.models import Model
from backend.runtime import Runtime
from backend.users.models import Role
from tests.backend.drawing import draw, mask_body
from tests.backend.worlds import add_model, add_person, first_project, import_photos

OLD, NEW = "a" * 64, "b" * 64


def embed(runtime: Runtime, encoder: str, *image_ids: UUID) -> None:
    """As a worker would; the file says who made it."""
    with session_scope(runtime.sessions) as session:
        for image in session.scalars(select(Image).where(Image.id.in_(image_ids))):
            key = f"embeddings/{encoder[:4]}/{image.sha256}"
            runtime.storage.put(key, encoder.encode())
            session.add(
                Embedding(
                    image_sha256=image.sha256,
                    encoder_digest=encoder,
                    blob_key=key,
                    size_bytes=64,
                    compute_ms=1,
                )
            )


def detail(client: TestClient, image_id: UUID) -> dict[str, Any]:
    return dict(client.get(f"/api/images/{image_id}").json())


def promote(client: TestClient, model_id: UUID, **body: str) -> dict[str, Any]:
    answer = client.post(f"/api/models/{model_id}/promote", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture
def old(runtime: Runtime) -> UUID:
    """The installation's active model."""
    return add_model(runtime, encoder_digest=OLD)


@pytest.fixture
def new(runtime: Runtime, old: UUID) -> UUID:
    """Of another encoder, trained by the oldest project from the old one."""
    model_id = add_model(runtime, encoder_digest=NEW, active=False)
    project_id = first_project(runtime)
    with session_scope(runtime.sessions) as session:
        model = session.get_one(Model, model_id)
        model.project_id, model.parent_id = project_id, old
    return model_id


def test_images_go_on_with_the_old_encoder_one_by_one_until_the_new_one_has_embedded_them(
    runtime: Runtime, client: TestClient, old: UUID, new: UUID
) -> None:
    first, second = import_photos(runtime, 2)
    embed(runtime, OLD, first, second)
    promote(client, new)
    assert client.get("/api/models/active").json()["id"] == str(new)
    for image_id in (first, second):
        shown = detail(client, image_id)
        assert (shown["model"]["id"], shown["embedding"]["state"]) == (str(old), "ready")
    page = client.get("/api/images").json()
    assert [image["embedding"]["state"] for image in page["items"]] == ["ready", "ready"]
    assert (page["summary"]["queued"], page["summary"]["ready"]) == (2, 0)
    assert client.get("/api/batches").json()[0]["images"]["ready"] == 2

    embed(runtime, NEW, first)
    assert detail(client, first)["model"]["id"] == str(new)
    assert detail(client, second)["model"]["id"] == str(old)
    assert client.get(f"/api/images/{first}/embedding").text == NEW
    assert client.get(f"/api/images/{second}/embedding").text == OLD
    # A page that has opened the image with the old model still gets what belongs to that.
    assert client.get(f"/api/images/{first}/embedding", params={"encoder": OLD}).text == OLD
    waits = client.get(f"/api/images/{second}/embedding", params={"encoder": NEW})
    assert (waits.status_code, waits.json()["code"]) == (409, "embedding_not_ready")


def test_image_without_any_embedding_waits_for_the_present_model(
    runtime: Runtime, client: TestClient, old: UUID, new: UUID
) -> None:
    ready, fresh = import_photos(runtime, 2)
    embed(runtime, OLD, ready)
    promote(client, new)
    shown = detail(client, fresh)
    assert (shown["model"]["id"], shown["embedding"]["state"]) == (str(new), "queued")
    handed_out = client.post("/api/queue/next").json()["image"]
    assert handed_out["id"] == str(ready)


def test_new_encoder_is_asked_for_what_comes_first_in_the_queue(
    runtime: Runtime, client: TestClient, old: UUID, new: UUID
) -> None:
    submitted, last, urgent = import_photos(runtime, 3)
    client.patch("/api/images", json={"image_ids": [str(urgent)], "priority": 5})
    client.post("/api/images/decide", json={"image_ids": [str(submitted)], "to": "skip", "note": "blurred"})
    with session_scope(runtime.sessions, read_only=True) as session:
        ids = {image.sha256: image.id for image in session.scalars(select(Image))}
    promote(client, new)
    with session_scope(runtime.sessions, read_only=True) as session:
        queued = select(Job.subject).where(Job.kind == JobKind.EMBED, Job.subject.endswith(NEW))
        subjects = session.scalars(queued.order_by(Job.created_at)).all()
    assert [ids[subject.partition(":")[0]] for subject in subjects] == [urgent, last, submitted]


def test_rollback_takes_a_moment_and_finds_the_old_embeddings(
    runtime: Runtime, client: TestClient, old: UUID, new: UUID
) -> None:
    ids = import_photos(runtime, 3)
    embed(runtime, OLD, *ids)
    promote(client, new, reason="it looks good")
    embed(runtime, NEW, *ids)
    started = time.monotonic()
    back = client.post("/api/models/rollback")
    assert time.monotonic() - started < 60
    assert (back.json()["id"], back.json()["is_active"]) == (str(old), True)
    for image_id in ids:
        shown = detail(client, image_id)
        assert (shown["model"]["id"], shown["embedding"]["state"]) == (str(old), "ready")
    assert client.get("/api/images").json()["summary"]["ready"] == 3
    last, first = client.get("/api/models/promotions").json()
    assert (first["model_id"], first["previous_id"], first["reason"]) == (str(new), str(old), "it looks good")
    assert (last["model_id"], last["previous_id"]) == (str(old), str(new))
    assert (last["promoted_by_name"], last["reason"]) == ("admin", "Back from model-bbbbbbbb.")


def test_first_model_has_no_way_back(client: TestClient, old: UUID) -> None:
    refused = client.post("/api/models/rollback")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_roll_back")
    promote(client, old)  # which it works with already
    assert client.get("/api/models/promotions").json() == []


def test_registry_tells_where_a_model_comes_from_and_what_it_was_worth(
    runtime: Runtime, client: TestClient, old: UUID, new: UUID
) -> None:
    [image_id] = import_photos(runtime, 1, size=(60, 40))
    promote(client, new)
    log = [[0, "tool", "point"], [500, "point", 1, 2, 1], [900, "point", 1, 2, 1], [1200, "point", 1, 2, 1]]
    with session_scope(runtime.sessions) as session:
        for active_ms, model_id, entries in ((4000, old, log[:3]), (2000, new, log), (3000, new, log[:2])):
            body = mask_body(image_id, draw(np.random.default_rng(active_ms)), active_ms=active_ms)
            content = MaskIn.model_validate(body | {"model_id": str(model_id), "log": entries})
            masks.save_mask(session, uuid4(), content, by=None)
    first, second = client.get("/api/models").json()
    assert (first["is_active"], second["is_active"]) == (False, True)
    assert (second["parent_name"], second["promoted_by_name"]) == ("model-aaaaaaaa", "admin")
    assert second["promoted_at"] is not None
    worth = [(one["masks_made"], one["seconds_per_mask"], one["clicks_per_mask"]) for one in (first, second)]
    assert worth == [(1, 4.0, 2.0), (2, 2.5, 2.0)]


def test_models_of_a_project_are_its_own(runtime: Runtime, client: TestClient, old: UUID, new: UUID) -> None:
    other = client.post("/api/projects", json={"name": "Cells"}).json()["id"]
    promote(client, new)
    names = [one["name"] for one in client.get("/api/models", params={"project": other}).json()]
    assert names == ["model-aaaaaaaa"]
    assert client.get("/api/models/active", params={"project": other}).json()["id"] == str(old)
    assert client.get("/api/models/active").json()["id"] == str(new)
    stranger = add_person(runtime, "Sam", Role.ANNOTATOR, UUID(other))
    decoder = client.get(f"/api/models/{new}/decoder", headers=stranger.headers)
    assert (decoder.status_code, decoder.json()["code"]) == (404, "model_not_found")


def test_mask_cannot_be_of_another_projects_model(runtime: Runtime, client: TestClient, new: UUID) -> None:
    other = client.post("/api/projects", json={"name": "Cells"}).json()["id"]
    [image_id] = import_photos(runtime, 1, size=(60, 40))
    with session_scope(runtime.sessions) as session:
        session.get_one(Model, new).project_id = UUID(other)
    body = mask_body(image_id, draw(np.random.default_rng(1)), model_id=str(new))
    answer = client.put(f"/api/masks/{uuid4()}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "model_not_found")
