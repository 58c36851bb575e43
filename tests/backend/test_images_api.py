"""Images as the page sees them."""

from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, true

from backend.core.database import session_scope, utc_now
from backend.images import service as images
from backend.images import views
from backend.images.models import Embedding
from backend.jobs.models import Job, JobState
from backend.jobs.run import JobError, JobRun, run_job
from backend.models import service as models
from backend.models.models import Model
from backend.projects.models import Project
from backend.projects.service import ensure_first_project
from backend.runtime import Runtime
from tests.backend.drawing import draw, mask_body
from tests.backend.worlds import ENCODER, add_model, import_photos


def store_embedding(run: JobRun) -> None:
    """Stands where the engine would compute: these tests are about what the page is told."""
    sha256, digest = images.split_subject(run.subject)
    run.storage.put("embeddings/x", b"MLEM")
    with session_scope(run.sessions) as session:
        session.add(
            Embedding(
                image_sha256=sha256,
                encoder_digest=digest,
                blob_key="embeddings/x",
                size_bytes=4,
                compute_ms=1500,
            )
        )


def refuse(run: JobRun) -> None:
    raise JobError("out_of_paint", "There is no paint left.")


def work_off(runtime: Runtime, handler: object, count: int) -> None:
    with session_scope(runtime.sessions, read_only=True) as session:
        waiting = select(Job).where(Job.state == JobState.QUEUED).order_by(Job.created_at).limit(count)
        queued = session.scalars(waiting).all()
    for job in queued:
        run_job(runtime, job.id, {job.kind: handler})  # type: ignore[dict-item]


def test_pages_of_the_list_hold_every_image_once(client: TestClient, runtime: Runtime) -> None:
    ids = [str(image_id) for image_id in import_photos(runtime, 5)]
    seen, after = [], None
    for expected in (2, 2, 1):
        page = client.get("/api/images", params={"limit": 2} | ({"after": after} if after else {})).json()
        assert len(page["items"]) == expected
        assert page["summary"]["total"] == 5
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
    assert after is None
    assert seen == ids


def test_list_goes_on_behind_an_image_that_was_deleted(client: TestClient, runtime: Runtime) -> None:
    ids = [str(image_id) for image_id in import_photos(runtime, 4)]
    first = client.get("/api/images", params={"limit": 2}).json()
    client.post("/api/images/delete", json={"image_ids": ids[:2]})
    second = client.get("/api/images", params={"limit": 2, "after": first["next"]}).json()
    assert [item["id"] for item in second["items"]] == ids[2:]


@pytest.mark.parametrize("place", ["", "now", "5-5", str(UUID(int=5)), f"{10**30}-{UUID(int=5)}"])
def test_list_behind_no_place_is_a_problem(client: TestClient, place: str) -> None:
    response = client.get("/api/images", params={"after": place})
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")


def test_images_are_found_by_what_masks_they_have(client: TestClient, runtime: Runtime) -> None:
    model_id = add_model(runtime)
    label = {"id": str(uuid4()), "name": "Leaf", "colour": "#e69f00"}
    assert client.patch("/api/project", json={"labels": [label]}).status_code == 200
    clicked, painted, deleted, _ = [str(image_id) for image_id in import_photos(runtime, 4)]
    bitmap = draw(np.random.default_rng(1), width=64, height=48)

    def add(image_id: str, **part: object) -> str:
        mask_id = str(uuid4())
        body = mask_body(UUID(image_id), bitmap) | part
        assert client.put(f"/api/masks/{mask_id}", json=body).status_code == 201
        return mask_id

    add(clicked, source="clicked", label_id=label["id"], model_id=str(model_id))
    add(clicked, source="imported")
    add(painted, source="painted")
    client.delete(f"/api/masks/{add(deleted, source='painted', label_id=label['id'])}")

    def found(**query: object) -> list[str]:
        page = client.get("/api/images", params=query).json()
        assert page["summary"]["total"] == len(page["items"])
        return [item["id"] for item in page["items"]]

    assert found(label=label["id"]) == [clicked]
    assert found(source=["clicked", "painted"]) == [clicked, painted]
    assert found(label=label["id"], source="clicked") == [clicked]
    assert found(label=label["id"], source="imported") == []  # another mask than the labelled one
    assert found(model=str(model_id)) == [clicked]
    assert found(stage="assisted_manual") == [clicked, painted]
    assert found(stage="fully_automatic") == []


def test_image_knows_its_neighbours(client: TestClient, runtime: Runtime) -> None:
    first, second, third = (str(image_id) for image_id in import_photos(runtime, 3))
    assert client.get(f"/api/images/{first}").json()["neighbours"] == {
        "previous_id": None,
        "next_id": second,
        "position": 1,
        "total": 3,
    }
    assert client.get(f"/api/images/{third}").json()["neighbours"] == {
        "previous_id": second,
        "next_id": None,
        "position": 3,
        "total": 3,
    }


def test_embedding_goes_from_queued_to_ready(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    [image_id, _] = import_photos(runtime, 2)
    url = f"/api/images/{image_id}"
    assert client.get(url).json()["embedding"]["state"] == "queued"
    early = client.get(f"{url}/embedding")
    assert (early.status_code, early.json()["code"]) == (409, "embedding_not_ready")

    seen_while_running = []

    def look_then_store(run: JobRun) -> None:
        seen_while_running.append(client.get(url).json()["embedding"]["state"])
        store_embedding(run)

    work_off(runtime, look_then_store, 1)
    assert seen_while_running == ["computing"]
    assert client.get(url).json()["embedding"] == {
        "state": "ready",
        "error_code": None,
        "error": None,
        "attempts": 1,
        "compute_ms": 1500,
    }
    response = client.get(f"{url}/embedding")
    assert response.content == b"MLEM"
    again = client.get(f"{url}/embedding", headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/images").json()["summary"] == {
        "total": 2,
        "queued": 1,
        "computing": 0,
        "ready": 1,
        "failed": 0,
        "seconds_left": 1.5,
    }


def test_failed_embedding_says_why_and_can_be_retried(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    [image_id] = import_photos(runtime, 1)
    url = f"/api/images/{image_id}"
    too_early = client.post(f"{url}/retry")
    assert (too_early.status_code, too_early.json()["code"]) == (409, "not_failed")

    work_off(runtime, refuse, 1)
    embedding = client.get(url).json()["embedding"]
    assert embedding["state"] == "failed"
    assert (embedding["error_code"], embedding["error"]) == ("out_of_paint", "There is no paint left.")
    assert client.get("/api/images").json()["summary"]["failed"] == 1

    retried = client.post(f"{url}/retry")
    assert retried.json()["embedding"]["state"] == "queued"
    assert retried.json()["embedding"]["error"] is None
    work_off(runtime, store_embedding, 1)
    assert client.get(url).json()["embedding"]["state"] == "ready"


def test_unexpected_failure_is_told_without_its_inner_life(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    [image_id] = import_photos(runtime, 1)

    def stumble(_run: JobRun) -> None:
        raise RuntimeError("secret detail")

    work_off(runtime, stumble, 1)
    embedding = client.get(f"/api/images/{image_id}").json()["embedding"]
    assert (embedding["state"], embedding["error_code"]) == ("failed", "internal")
    assert "secret" not in embedding["error"]


def test_another_active_model_has_its_own_embeddings(client: TestClient, runtime: Runtime) -> None:
    import_photos(runtime, 3)  # before there is any model
    with session_scope(runtime.sessions, read_only=True) as session:
        assert session.scalars(select(Job)).all() == []
    assert client.get("/api/images").json()["summary"]["queued"] == 3
    add_model(runtime)
    another = add_model(runtime, encoder_digest="a" * 64, active=False)
    with session_scope(runtime.sessions) as session:
        assert images.request_missing_embeddings(session, ENCODER, select(Project.id)) == 3
    with session_scope(runtime.sessions) as session:
        assert images.request_missing_embeddings(session, ENCODER, select(Project.id)) == 0
    work_off(runtime, store_embedding, 2)
    with session_scope(runtime.sessions) as session:
        project_id = ensure_first_project(session).id
        assert views.summarise(session, project_id, true()).ready == 2
        models.activate(session, session.get_one(Model, another))
        assert views.summarise(session, project_id, true()).ready == 0
        assert images.request_missing_embeddings(session, "a" * 64, select(Project.id)) == 0


def test_same_photo_imported_again_is_not_embedded_again(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    import_photos(runtime, 1)
    work_off(runtime, store_embedding, 1)
    import_photos(runtime, 1)
    with session_scope(runtime.sessions, read_only=True) as session:
        assert len(session.scalars(select(Job)).all()) == 1


def test_picture_and_thumbnail_are_kept_by_the_browser(client: TestClient, runtime: Runtime) -> None:
    [image_id] = import_photos(runtime, 1)
    for part, media_type in (("picture", "image/png"), ("thumbnail", "image/jpeg")):
        response = client.get(f"/api/images/{image_id}/{part}")
        assert response.headers["content-type"] == media_type
        assert "immutable" in response.headers["cache-control"]
        etag = {"If-None-Match": response.headers["etag"]}
        assert client.get(f"/api/images/{image_id}/{part}", headers=etag).status_code == 304
        assert client.get(f"/api/images/{uuid4()}/{part}").json()["code"] == "image_not_found"


def test_only_changed_images_are_told(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    import_photos(runtime, 3)
    now = utc_now()
    with session_scope(runtime.sessions) as session:
        assert views.changes_since(session, now) == []
        recent = views.changes_since(session, now - timedelta(minutes=1))
        assert len({image_id for image_id, _ in recent}) == 3
    work_off(runtime, refuse, 1)
    with session_scope(runtime.sessions) as session:
        changed_ids = {image_id for image_id, _ in views.changes_since(session, now)}
        [(_, changed)] = views.show_images(session, changed_ids)
        assert changed.embedding.state == "failed"
