"""What managers see of who works, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from backend.core.database import session_scope, utc_now
from backend.masks.models import Mask
from backend.runtime import Runtime
from backend.users.models import User
from backend.work.models import Transition
from tests.backend.test_batches import save_mask
from tests.backend.test_work import add_one, decide, silence, take
from tests.backend.worlds import Person, add_model, add_person


@pytest.fixture
def anna(runtime: Runtime) -> Person:
    return add_person(runtime, "Anna")


@pytest.fixture
def images(runtime: Runtime) -> list[str]:
    add_model(runtime)
    return [add_one(runtime, f"photo-{number}.jpg") for number in range(3)]


def people(client: TestClient, today: datetime | None = None) -> dict[str, dict[str, Any]]:
    answer = client.get("/api/overview/people", params={"today": today.isoformat()} if today else {})
    assert answer.status_code == 200, answer.text
    return {person["name"]: person for person in answer.json()}


def test_person_shows_with_the_images_that_they_have_now(
    client: TestClient, runtime: Runtime, anna: Person, images: list[str]
) -> None:
    first, second, _ = images
    take(client, first, anna)
    take(client, second, anna)
    silence(runtime, second)
    told = people(client)
    assert told["Anna"]["holds"] == [{"id": first, "name": "photo-0.jpg"}]
    assert (told["Anna"]["role"], told["admin"]["holds"]) == ("annotator", [])
    assert told["Anna"]["last_seen_at"] is not None


def test_disabled_person_is_not_among_those_who_work(
    client: TestClient, runtime: Runtime, anna: Person
) -> None:
    with session_scope(runtime.sessions) as session:
        session.execute(update(User).where(User.id == anna.id).values(disabled=True))
    assert set(people(client)) == {"admin"}


def test_submitted_images_and_masks_are_counted_by_day_and_week(
    client: TestClient, runtime: Runtime, anna: Person, images: list[str]
) -> None:
    first, second, third = images
    today = utc_now() - timedelta(hours=3)
    assert save_mask(client, first, anna, active_ms=3000).status_code == 201
    assert save_mask(client, second, anna, active_ms=5000).status_code == 201
    assert save_mask(client, third, anna, active_ms=0, source="imported").status_code == 201
    for image_id in images:
        assert decide(client, image_id, "submit", anna).status_code == 200
    move(runtime, second, today - timedelta(days=1))
    move(runtime, third, today - timedelta(days=8))
    anna_did = people(client, today)["Anna"]
    assert (anna_did["submitted_today"], anna_did["submitted_week"]) == (1, 2)
    assert (anna_did["masks_today"], anna_did["masks_week"]) == (1, 2)
    assert anna_did["seconds_per_mask"] == 4.0
    assert people(client, today)["admin"]["submitted_week"] == 0


def test_image_that_is_submitted_twice_counts_once_and_a_skip_not_at_all(
    client: TestClient, anna: Person, images: list[str]
) -> None:
    first, second, _ = images
    for what in ("submit", "reopen", "submit"):
        assert decide(client, first, what, anna).status_code == 200
    decide(client, second, "skip", anna, "Too dark")
    assert people(client)["Anna"]["submitted_today"] == 1


def test_images_that_a_manager_sends_to_review_are_not_their_work(
    client: TestClient, anna: Person, images: list[str]
) -> None:
    decide(client, images[0], "submit", anna)
    assert client.post(f"/api/images/{images[0]}/review").status_code == 200
    told = people(client)
    assert (told["admin"]["submitted_today"], told["Anna"]["submitted_today"]) == (0, 1)


def test_day_begins_where_the_reader_is(client: TestClient, anna: Person, images: list[str]) -> None:
    decide(client, images[0], "submit", anna)
    assert people(client, utc_now() + timedelta(minutes=1))["Anna"]["submitted_today"] == 0
    assert client.get("/api/overview/people", params={"today": "2026-03-20T00:00:00"}).status_code == 422


def move(runtime: Runtime, image_id: str, at: datetime) -> None:
    """Has what was done to the image be done then."""
    with session_scope(runtime.sessions) as session:
        image = UUID(image_id)
        session.execute(update(Transition).where(Transition.image_id == image).values(at=at))
        session.connection().execute(
            update(Mask).where(Mask.image_id == image).values(created_at=at, updated_at=at)
        )
