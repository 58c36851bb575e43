"""Who has an image and what is decided about it, over HTTP, on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text, update

from backend.app import create_app
from backend.core.database import session_scope, utc_now
from backend.images import service as images
from backend.images.models import Embedding, Image, WorkState
from backend.masks.schemas import MaskIn
from backend.masks.service import save_mask
from backend.runtime import Runtime
from backend.settings import Settings
from backend.work import queue
from backend.work.service import DONE, IN_QUEUE, STEPS, may_step, take_lease
from tests.backend.drawing import add_image, draw, mask_body
from tests.backend.worlds import ENCODER, Person, add_model, add_person, signed_in

pytestmark = pytest.mark.usefixtures("exact_tallies")

ASKERS = 8

Answer = TypeVar("Answer")


def add_images(runtime: Runtime, count: int, *, embedded: bool = True) -> list[str]:
    return [add_one(runtime, f"photo-{number}.jpg", embedded=embedded) for number in range(count)]


def add_one(runtime: Runtime, name: str, *, embedded: bool = True) -> str:
    image_id = add_image(runtime, name=name)
    if embedded:
        with session_scope(runtime.sessions) as session:
            sha256 = images.get_image(session, image_id).sha256
            session.add(
                Embedding(
                    image_sha256=sha256, encoder_digest=ENCODER, blob_key="x", size_bytes=1, compute_ms=1
                )
            )
    return str(image_id)


def silence(runtime: Runtime, image_id: str) -> None:
    """As if the holder had given no sign for longer than the lease lasts."""
    with session_scope(runtime.sessions) as session:
        past = utc_now() - timedelta(seconds=1)
        session.execute(update(Image).where(Image.id == UUID(image_id)).values(lease_until=past))


def take(client: TestClient, image_id: str, person: Person) -> httpx.Response:
    return client.put(f"/api/images/{image_id}/lease", headers=person.headers)


def decide(
    client: TestClient, image_id: str, what: str, person: Person, note: str | None = None
) -> httpx.Response:
    body = {} if note is None else {"json": {"note": note}}
    return client.post(f"/api/images/{image_id}/{what}", headers=person.headers, **body)  # type: ignore[arg-type]


def take_next(client: TestClient, person: Person, after: str | None = None) -> str | None:
    answer = client.post("/api/queue/next", headers=person.headers, params={"after": after} if after else {})
    assert answer.status_code == 200
    image = answer.json()["image"]
    return str(image["id"]) if image else None


def work(client: TestClient, image_id: str) -> dict[str, Any]:
    return dict(client.get(f"/api/images/{image_id}").json()["work"])


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture(autouse=True)
def model(runtime: Runtime) -> None:
    add_model(runtime)


@pytest.fixture
def anna(runtime: Runtime) -> Person:
    return add_person(runtime, "Anna")


@pytest.fixture
def bert(runtime: Runtime) -> Person:
    return add_person(runtime, "Bert")


# ---- leases ----


def test_two_people_cannot_hold_the_same_image(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    [image_id] = add_images(runtime, 1)
    lease = take(client, image_id, anna)
    assert lease.status_code == 200
    assert lease.json()["seconds"] == 300
    refused = take(client, image_id, bert)
    assert code(refused) == (409, "image_in_use")
    assert "Anna works on photo-0.jpg" in refused.json()["detail"]
    seen = work(client, image_id)
    assert (seen["held_by"], seen["held_by_name"]) == (str(anna.id), "Anna")
    assert seen["held_until"] == lease.json()["until"]


def test_renewed_lease_lasts_longer(client: TestClient, runtime: Runtime, anna: Person) -> None:
    [image_id] = add_images(runtime, 1)
    first, second = (take(client, image_id, anna).json()["until"] for _ in range(2))
    assert first < second


def test_lease_given_back_is_free_at_once(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    [image_id] = add_images(runtime, 1)
    take(client, image_id, anna)
    assert client.delete(f"/api/images/{image_id}/lease", headers=bert.headers).status_code == 204
    assert work(client, image_id)["held_by_name"] == "Anna"
    assert client.delete(f"/api/images/{image_id}/lease", headers=anna.headers).status_code == 204
    assert work(client, image_id)["held_by"] is None
    assert take(client, image_id, bert).status_code == 200


def test_silence_frees_an_image(runtime: Runtime, settings: Settings, anna: Person, bert: Person) -> None:
    short = Runtime(
        settings.model_copy(update={"lease_seconds": 0.4}), runtime.engine, runtime.sessions, runtime.storage
    )
    [image_id] = add_images(runtime, 1)
    with TestClient(create_app(short), base_url="http://localhost", headers=anna.headers) as client:
        take(client, image_id, anna)
        assert code(take(client, image_id, bert)) == (409, "image_in_use")
        time.sleep(0.5)
        assert work(client, image_id)["held_by"] is None
        assert take(client, image_id, bert).status_code == 200
        assert code(take(client, image_id, anna)) == (409, "image_in_use")


def test_lease_taken_by_many_at_once_goes_to_one(runtime: Runtime) -> None:
    [image_id] = add_images(runtime, 1)
    answers = at_once(runtime, lambda client, person: take(client, image_id, person))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (ASKERS - 1)


def test_masks_of_somebody_who_lost_the_lease_are_kept(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    [image_id] = add_images(runtime, 1)
    take(client, image_id, anna)
    silence(runtime, image_id)
    take(client, image_id, bert)
    body = mask_body(UUID(image_id), draw(np.random.default_rng(1)))
    assert client.put(f"/api/masks/{uuid4()}", json=body, headers=anna.headers).status_code == 201
    decide(client, image_id, "submit", bert)
    assert client.put(f"/api/masks/{uuid4()}", json=body, headers=anna.headers).status_code == 201
    assert len(client.get(f"/api/images/{image_id}/masks").json()) == 2


def test_queue_goes_on_behind_an_image_that_was_deleted(
    client: TestClient, runtime: Runtime, anna: Person
) -> None:
    first, second = add_images(runtime, 2)
    client.post("/api/images/delete", json={"image_ids": [first]})
    assert take_next(client, anna, after=first) == second


def test_unknown_image_cannot_be_had(client: TestClient, anna: Person) -> None:
    for answer in (
        take(client, str(uuid4()), anna),
        client.delete(f"/api/images/{uuid4()}/lease", headers=anna.headers),
        decide(client, str(uuid4()), "submit", anna),
        client.get(f"/api/images/{uuid4()}/transitions"),
    ):
        assert code(answer) == (404, "image_not_found")


# ---- decisions ----


def test_decisions_are_told_and_written_down(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    [image_id] = add_images(runtime, 1)
    assert work(client, image_id)["state"] == "open"
    decide(client, image_id, "flag", anna, "Is this a cat?")
    seen = work(client, image_id)
    assert (seen["state"], seen["note"], seen["by_name"]) == ("flagged", "Is this a cat?", "Anna")
    decide(client, image_id, "later", bert)
    decide(client, image_id, "skip", bert, "Too dark")
    decide(client, image_id, "reopen", bert)
    seen = decide(client, image_id, "submit", anna).json()["work"]
    assert (seen["state"], seen["note"], seen["by_name"]) == ("submitted", None, "Anna")
    assert seen["by"] == str(anna.id)

    log = client.get(f"/api/images/{image_id}/transitions").json()
    assert [(row["from_state"], row["to_state"], row["note"], row["by_name"]) for row in log] == [
        ("open", "flagged", "Is this a cat?", "Anna"),
        ("flagged", "later", None, "Bert"),
        ("later", "skipped", "Too dark", "Bert"),
        ("skipped", "open", None, "Bert"),
        ("open", "submitted", None, "Anna"),
    ]
    assert [row["at"] for row in log] == sorted(row["at"] for row in log)


def test_done_is_done_until_it_is_reopened() -> None:
    for done in DONE:
        assert may_step(done, WorkState.OPEN)
        assert not any(may_step(done, to) for to in (*IN_QUEUE[1:], WorkState.FLAGGED, WorkState.SKIPPED))
    assert set(STEPS) == set(WorkState)


@pytest.mark.parametrize(
    ("before", "then", "why"),
    [
        ("submit", "skip", "photo-0.jpg is submitted already. Reopen it to change that."),
        ("submit", "flag", "photo-0.jpg is submitted already. Reopen it to change that."),
        ("skip", "submit", "photo-0.jpg is skipped already. Reopen it to change that."),
        (None, "reopen", "photo-0.jpg is open already."),
    ],
)
def test_impossible_decisions_are_refused(
    client: TestClient, runtime: Runtime, before: str | None, then: str, why: str, anna: Person, bert: Person
) -> None:
    [image_id] = add_images(runtime, 1)
    notes = {"skip": "reason", "flag": "question"}
    if before:
        assert decide(client, image_id, before, anna, notes.get(before)).status_code == 200
        assert code(take(client, image_id, anna)) == (409, "wrong_state")
    refused = decide(client, image_id, then, bert, notes.get(then))
    assert code(refused) == (409, "wrong_state")
    assert refused.json()["detail"] == why


def test_repeated_submit_is_one(client: TestClient, runtime: Runtime, anna: Person, bert: Person) -> None:
    [image_id] = add_images(runtime, 1)
    for _ in range(2):
        assert decide(client, image_id, "submit", anna).status_code == 200
    assert len(client.get(f"/api/images/{image_id}/transitions").json()) == 1
    assert code(decide(client, image_id, "submit", bert)) == (409, "wrong_state")


def test_image_in_use_is_not_decided_by_others(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    [image_id] = add_images(runtime, 1)
    take(client, image_id, anna)
    assert code(decide(client, image_id, "submit", bert)) == (409, "image_in_use")
    assert decide(client, image_id, "submit", anna).status_code == 200
    assert work(client, image_id)["held_by"] is None


@pytest.mark.parametrize("note", ["", "   ", "x" * 501, "\x00"])
def test_skip_and_flag_want_a_reason(client: TestClient, runtime: Runtime, note: str, anna: Person) -> None:
    [image_id] = add_images(runtime, 1)
    for what in ("skip", "flag"):
        assert code(decide(client, image_id, what, anna, note)) == (422, "invalid_request")
    assert work(client, image_id)["state"] == "open"


# ---- the queue ----


def test_queue_hands_out_in_order_and_never_what_somebody_has(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    first, second, third = add_images(runtime, 3)
    assert take_next(client, anna) == first
    assert take_next(client, bert) == second
    assert take_next(client, anna, after=first) == third
    assert take_next(client, bert, after=second) is not None  # his own again: nothing else is free
    assert take_next(client, add_person(runtime, "Cleo")) is None


def test_queue_goes_on_behind_an_image_and_around(client: TestClient, runtime: Runtime, anna: Person) -> None:
    first, second, third = add_images(runtime, 3)
    decide(client, second, "submit", anna)
    assert take_next(client, anna, after=second) == third
    decide(client, third, "submit", anna)
    assert take_next(client, anna, after=third) == first
    decide(client, first, "submit", anna)
    assert take_next(client, anna, after=first) is None


def test_images_that_wait_for_the_model_come_last(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    waiting = add_one(runtime, "waiting.jpg", embedded=False)
    ready = add_one(runtime, "ready.jpg")
    assert take_next(client, anna) == ready
    assert take_next(client, bert) == waiting


def test_what_one_has_begun_comes_back_to_them_first(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    first, second = add_images(runtime, 2)
    take(client, second, anna)
    body = mask_body(UUID(second), draw(np.random.default_rng(1)))
    client.put(f"/api/masks/{uuid4()}", json=body)
    client.delete(f"/api/images/{second}/lease", headers=anna.headers)
    assert take_next(client, bert) == first
    assert take_next(client, anna) == second


def test_later_goes_to_the_end_each_time(client: TestClient, runtime: Runtime, anna: Person) -> None:
    first, second, third = add_images(runtime, 3)
    decide(client, first, "later", anna)
    assert take_next(client, anna, after=first) == second
    decide(client, second, "later", anna)
    assert take_next(client, anna, after=second) == third
    decide(client, third, "submit", anna)
    assert take_next(client, anna, after=third) == first
    decide(client, first, "later", anna)
    assert take_next(client, anna, after=first) == second


def test_skipped_and_flagged_images_leave_the_queue_and_are_counted(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    first, second, third, fourth = add_images(runtime, 4)
    decide(client, first, "skip", anna, "Too dark")
    decide(client, second, "flag", anna, "Cat or dog?")
    take(client, third, bert)
    assert client.get("/api/queue", headers=anna.headers).json() == {
        "counts": {
            "open": 2,
            "later": 0,
            "flagged": 1,
            "submitted": 0,
            "in_review": 0,
            "done": 0,
            "skipped": 1,
            "in_work": 1,
        },
        "ahead": [fourth],
    }
    assert take_next(client, anna) == fourth


def test_queue_tells_the_next_two(client: TestClient, runtime: Runtime, anna: Person, bert: Person) -> None:
    first, second, third, _ = add_images(runtime, 4)
    ahead = client.get("/api/queue", headers=anna.headers, params={"after": first}).json()["ahead"]
    assert ahead == [second, third]
    last = take_next(client, anna, after=third)
    assert client.get("/api/queue", headers=bert.headers, params={"after": third}).json()["ahead"] == [
        first,
        second,
    ]
    assert last is not None


def test_everybody_who_asks_at_the_same_moment_gets_another_image(runtime: Runtime) -> None:
    expected = add_images(runtime, ASKERS)
    answers = at_once(runtime, lambda client, person: take_next(client, person))
    assert sorted(answer or "" for answer in answers) == sorted(expected)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_image_is_handed_out_while_a_mask_of_it_is_being_saved(runtime: Runtime) -> None:
    [image_id] = add_images(runtime, 1)
    body = mask_body(UUID(image_id), draw(np.random.default_rng(1)))
    anna = signed_in(runtime, add_person(runtime, "Anna"))
    with session_scope(runtime.sessions) as saving:
        save_mask(saving, uuid4(), MaskIn.model_validate(body), by=None)
        with session_scope(runtime.sessions) as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            image = queue.take_next(session, anna, after=None, encoders=[ENCODER], seconds=9)
            assert image is not None
            take_lease(session, image.id, str(anna.id), seconds=9)


def at_once(runtime: Runtime, ask: Callable[[TestClient, Person], Answer]) -> list[Answer]:
    """Answers to as many people, each of whom asks from a thread and a connection of their own."""
    barrier = threading.Barrier(ASKERS)
    answers: list[Answer] = []
    people = [add_person(runtime, f"Person {number}") for number in range(ASKERS)]
    with TestClient(create_app(runtime), base_url="http://localhost") as client:

        def act(person: Person) -> None:
            barrier.wait()
            answers.append(ask(client, person))

        threads = [threading.Thread(target=act, args=(person,)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return answers
