"""What managers do: order, assign, move, review and delete; and what annotators see of it."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image as PillowImage

from backend.core.database import session_scope
from backend.images.models import Image
from backend.projects.draws import is_drawn
from backend.projects.models import Batch, Stage
from backend.runtime import Runtime
from backend.work.visibility import get_visible
from tests.backend.drawing import add_image, draw, mask_body
from tests.backend.test_work import add_one, code, decide, silence, take, take_next
from tests.backend.worlds import Person, add_model, add_person, signed_in

pytestmark = pytest.mark.usefixtures("exact_tallies")


@pytest.fixture
def anna(runtime: Runtime) -> Person:
    return add_person(runtime, "Anna")


@pytest.fixture
def bert(runtime: Runtime) -> Person:
    return add_person(runtime, "Bert")


@pytest.fixture
def images(runtime: Runtime) -> list[str]:
    """Three images, ready to be annotated, in the first batch."""
    add_model(runtime)
    return [add_one(runtime, f"photo-{number}.jpg") for number in range(3)]


def make_batch(client: TestClient, name: str, **settings: Any) -> str:
    made = client.post("/api/batches", json={"name": name, **settings})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def change_images(client: TestClient, image_ids: list[str], **change: Any) -> dict[str, Any]:
    answer = client.patch("/api/images", json={"image_ids": image_ids, **change})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def batches(client: TestClient) -> dict[str, dict[str, Any]]:
    return {batch["name"]: batch for batch in client.get("/api/batches").json()}


def first_batch_id(client: TestClient) -> str:
    return str(batches(client)["First batch"]["id"])


def listed(client: TestClient, person: Person) -> list[str]:
    page = client.get("/api/images", headers=person.headers).json()
    assert page["summary"]["total"] == len(page["items"])
    return [image["id"] for image in page["items"]]


def save_mask(client: TestClient, image_id: str, person: Person, **changes: Any) -> httpx.Response:
    body = mask_body(UUID(image_id), draw(np.random.default_rng(7)), **changes)
    return client.put(f"/api/masks/{uuid4()}", json=body, headers=person.headers)


def test_queue_follows_the_priorities_that_managers_set(
    client: TestClient, anna: Person, images: list[str]
) -> None:
    first, second, third = images
    change_images(client, [third], priority=5)
    assert take_next(client, anna) == third

    urgent = make_batch(client, "Urgent", priority=10)
    change_images(client, [second], batch_id=urgent)
    assert take_next(client, anna, after=third) == second
    assert take_next(client, anna, after=second) == third
    client.patch(f"/api/batches/{urgent}", json={"priority": -1})
    assert [batch["name"] for batch in client.get("/api/batches").json()] == ["First batch", "Urgent"]
    assert first in listed(client, anna)


def test_assigned_image_comes_first_and_to_nobody_else(
    client: TestClient, anna: Person, bert: Person, images: list[str]
) -> None:
    first, second, third = images
    change_images(client, [third], assigned_to=str(bert.id))
    assert listed(client, anna) == [first, second]
    assert code(take(client, third, anna)) == (403, "not_yours")
    assert code(client.get(f"/api/images/{third}", headers=anna.headers)) == (403, "not_yours")
    assert code(client.get(f"/api/images/{third}/masks", headers=anna.headers)) == (403, "not_yours")
    assert take_next(client, bert) == third
    assert [take_next(client, anna), take_next(client, anna, after=first)] == [first, second]

    change_images(client, [third], assigned_to=None)
    silence_and_free = client.delete(f"/api/images/{third}/lease", headers=bert.headers)
    assert silence_and_free.status_code == 204
    assert third in listed(client, anna)


def test_annotators_see_their_queue_and_what_they_did(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person, images: list[str]
) -> None:
    first, second, third = images
    decide(client, first, "submit", anna)
    assert listed(client, anna) == images
    assert listed(client, bert) == [second, third]
    assert code(decide(client, first, "reopen", bert)) == (403, "not_yours")
    for what in ("picture", "thumbnail", "embedding"):
        hidden = client.get(f"/api/images/{first}/{what}", headers=bert.headers)
        assert code(hidden) == (403, "not_yours")
    queue = client.get("/api/queue", headers=bert.headers).json()["counts"]
    assert (queue["open"], queue["submitted"]) == (2, 0)
    # A mask that was made before the image went to somebody else is saved all the same.
    assert save_mask(client, first, bert).status_code == 201
    assert first in listed(client, bert)


def test_images_of_a_fully_automatic_batch_are_handed_to_nobody(
    client: TestClient, runtime: Runtime, anna: Person, images: list[str]
) -> None:
    with session_scope(runtime.sessions) as session:
        session.get_one(Batch, UUID(first_batch_id(client))).stage = Stage.FULLY_AUTOMATIC
    assert take_next(client, anna) is None
    assert listed(client, anna) == []


def test_batch_counts_its_images_and_masks(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person, images: list[str]
) -> None:
    first, second, third = images
    add_image(runtime, name="not embedded.jpg")
    assert save_mask(client, first, anna, active_ms=4000).status_code == 201
    assert save_mask(client, first, anna, active_ms=2000).status_code == 201
    assert save_mask(client, second, anna, active_ms=0, source="imported").status_code == 201
    decide(client, first, "submit", anna)
    take(client, second, bert)
    decide(client, third, "skip", bert, "Too dark")
    batch = batches(client)["First batch"]
    counts = {state: count for state, count in batch["images"].items() if count}
    assert counts == {"total": 4, "waiting": 1, "in_work": 1, "submitted": 1, "skipped": 1}
    assert (batch["masks"], batch["timed_masks"], batch["proposals"]) == (3, 2, 0)
    assert (batch["masks_per_image"], batch["seconds_per_mask"], batch["seconds_left"]) == (2.0, 3.0, 12.0)


def test_batches_have_names_of_their_own(client: TestClient) -> None:
    one = make_batch(client, "Streets")
    other = make_batch(client, "Fields")
    assert code(client.post("/api/batches", json={"name": " Streets "})) == (409, "name_taken")
    assert code(client.patch(f"/api/batches/{other}", json={"name": "Streets"})) == (409, "name_taken")
    assert client.patch(f"/api/batches/{one}", json={"name": "Streets", "priority": 1}).status_code == 200
    assert code(client.patch(f"/api/batches/{uuid4()}", json={"priority": 1})) == (404, "batch_not_found")
    for bad in ({"name": ""}, {"name": "x", "review_share": 1.5}, {"name": "x", "stage": "semi_automatic"}):
        assert client.post("/api/batches", json=bad).status_code == 422


def test_image_moves_unless_somebody_works_on_it_or_it_is_there_already(
    client: TestClient, runtime: Runtime, anna: Person, images: list[str]
) -> None:
    first, second, third = images
    other = make_batch(client, "Other")
    take(client, first, anna)
    with session_scope(runtime.sessions) as session:
        twin = session.get_one(Image, UUID(second))
        copy = {column: getattr(twin, column) for column in ("sha256", "width", "height", "picture_key")}
        session.add(Image(batch_id=UUID(other), name="again", original_key="x", thumbnail_key="x", **copy))
    result = change_images(client, [*images, str(uuid4())], batch_id=other)
    assert result["changed"] == 1
    assert sorted(refusal["code"] for refusal in result["refused"]) == [
        "duplicate",
        "image_in_use",
        "image_not_found",
    ]
    assert batches(client)["Other"]["images"]["total"] == 2
    assert client.get(f"/api/images/{third}").json()["batch"]["name"] == "Other"


def test_reviewer_accepts_or_sends_back_to_who_submitted(
    client: TestClient, anna: Person, bert: Person, images: list[str]
) -> None:
    first, second, _ = images
    client.patch(f"/api/batches/{first_batch_id(client)}", json={"review_share": 1})
    assert decide(client, first, "submit", anna).json()["work"]["state"] == "in_review"
    assert decide(client, first, "submit", anna).status_code == 200
    assert decide(client, second, "submit", anna).json()["work"]["state"] == "in_review"
    assert code(decide(client, first, "accept", bert)) == (403, "not_your_review")
    assert client.get("/api/review", headers=bert.headers).json() == {"in_review": 2, "for_me": 0}
    assert client.post("/api/review/next", headers=bert.headers).json()["image"] is None

    assert client.post("/api/review/next").json()["image"]["id"] == first
    assert client.post(f"/api/images/{first}/accept").json()["work"]["state"] == "done"
    assert client.post("/api/review/next").json()["image"]["id"] == second
    back = client.post(f"/api/images/{second}/return", json={"note": "The cat's tail is missing."}).json()
    assert (back["work"]["state"], back["work"]["assigned_to_name"]) == ("open", "Anna")
    assert back["work"]["note"] == "The cat's tail is missing."
    assert take_next(client, bert) not in (first, second)
    assert take_next(client, anna) == second
    assert client.post(f"/api/images/{first}/review").json()["work"]["state"] == "in_review"


def test_peers_review_each_other_where_the_batch_allows(
    client: TestClient, anna: Person, bert: Person, images: list[str]
) -> None:
    first = images[0]
    client.patch(f"/api/batches/{first_batch_id(client)}", json={"review_share": 1, "peer_review": True})
    decide(client, first, "submit", anna)
    assert client.post("/api/review/next", headers=anna.headers).json()["image"] is None
    assert code(decide(client, first, "accept", anna)) == (403, "not_your_review")
    assert client.post("/api/review/next", headers=bert.headers).json()["image"]["id"] == first
    assert take(client, first, bert).status_code == 200
    assert code(client.post(f"/api/images/{first}/accept")) == (409, "image_in_use")
    assert decide(client, first, "accept", bert).json()["work"]["state"] == "done"


def test_share_of_reviews_is_drawn_once_for_all() -> None:
    ids = [UUID(int=number) for number in range(2000)]
    drawn = [image_id for image_id in ids if is_drawn(image_id, 0.2, "review")]
    assert 330 < len(drawn) < 470
    assert set(drawn) <= {image_id for image_id in ids if is_drawn(image_id, 0.3, "review")}
    assert not any(is_drawn(image_id, 0, "review") for image_id in ids)
    assert all(is_drawn(image_id, 1, "review") for image_id in ids)


def test_second_look_goes_to_somebody_who_has_not_seen_the_masks(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person, images: list[str]
) -> None:
    first, second, third = images
    client.patch(f"/api/batches/{first_batch_id(client)}", json={"second_share": 1})
    assert save_mask(client, first, anna).status_code == 201
    for _ in range(2):
        decide(client, first, "submit", anna)
    look = batches(client)["First batch: second look"]
    assert (look["kind"], look["images"]["total"]) == ("second_look", 1)
    change_images(client, [second, third], assigned_to=str(anna.id))
    twin = take_next(client, bert)
    assert twin is not None
    assert twin not in images
    assert client.get(f"/api/images/{twin}/masks", headers=bert.headers).json() == []
    assert code(client.get(f"/api/images/{first}/masks", headers=bert.headers)) == (403, "not_yours")
    client.delete(f"/api/images/{twin}/lease", headers=bert.headers)
    with session_scope(runtime.sessions) as session:
        assert get_visible(session, UUID(twin), signed_in(runtime, bert)).original_id == UUID(first)
    assert twin not in listed(client, anna)
    assert code(take(client, twin, anna)) == (403, "not_yours")
    assert decide(client, twin, "submit", bert).json()["work"]["state"] == "submitted"


def test_masks_are_drawn_over_the_thumbnail_and_drawn_anew_when_they_change(
    client: TestClient, anna: Person, images: list[str]
) -> None:
    first = images[0]
    url = f"/api/images/{first}/overlay"
    empty = client.get(url)
    bitmap = np.zeros((40, 60), np.uint8)
    bitmap[10:30, 20:50] = 1
    client.put(f"/api/masks/{uuid4()}", json=mask_body(UUID(first), bitmap), headers=anna.headers)
    drawn = client.get(url)
    alpha = np.asarray(PillowImage.open(BytesIO(drawn.content)))[..., 3]
    assert ((alpha > 0) == (bitmap == 1)).all()
    assert not np.asarray(PillowImage.open(BytesIO(empty.content)))[..., 3].any()
    assert client.get(url, headers={"If-None-Match": drawn.headers["etag"]}).status_code == 304
    assert client.get(url, headers={"If-None-Match": empty.headers["etag"]}).status_code == 200


def test_decisions_about_many_images_name_those_that_it_does_not_fit(
    client: TestClient, anna: Person, images: list[str]
) -> None:
    first, second, third = images
    decide(client, first, "submit", anna)
    decide(client, second, "skip", anna, "Too dark")
    body = {"image_ids": images, "to": "accept"}
    result = client.post("/api/images/decide", json=body).json()
    assert result["changed"] == 1
    assert {refusal["image_id"] for refusal in result["refused"]} == {second, third}
    assert client.post("/api/images/decide", json=body | {"to": "skip"}).status_code == 422
    again = client.post("/api/images/decide", json=body | {"to": "reopen"}).json()
    assert (again["changed"], again["refused"][0]["reason"]) == (2, "photo-2.jpg is open already.")


def test_deleted_images_leave_nothing(client: TestClient, anna: Person, images: list[str]) -> None:
    first, second, third = images
    assert save_mask(client, first, anna).status_code == 201
    take(client, second, anna)
    result = client.post("/api/images/delete", json={"image_ids": [first, second]}).json()
    assert (result["changed"], result["refused"][0]["code"]) == (1, "image_in_use")
    assert client.get(f"/api/images/{first}").status_code == 404
    assert code(save_mask(client, first, anna)) == (404, "image_not_found")
    assert listed(client, anna) == [second, third]


def test_batch_is_deleted_with_its_second_looks_when_nobody_works_in_it(
    client: TestClient, runtime: Runtime, anna: Person, images: list[str]
) -> None:
    batch_id = first_batch_id(client)
    client.patch(f"/api/batches/{batch_id}", json={"second_share": 1})
    assert save_mask(client, images[0], anna).status_code == 201
    decide(client, images[0], "submit", anna)
    take(client, images[1], anna)
    assert code(client.delete(f"/api/batches/{batch_id}")) == (409, "batch_in_work")
    silence(runtime, images[1])
    assert client.delete(f"/api/batches/{batch_id}").status_code == 204
    assert client.get("/api/batches").json() == []
    assert listed(client, anna) == []
