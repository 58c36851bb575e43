"""Counts of masks stay exact, whatever changes masks; files about masks check it after each test."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from uuid import UUID, uuid4

import numpy as np
import pytest
from alembic import command
from fastapi.testclient import TestClient
from sqlalchemy import delete, select, update

from backend.core.database import session_scope
from backend.core.migrations import alembic_config
from backend.images.models import WorkState
from backend.masks import service as masks
from backend.masks.histogram import bucket_of
from backend.masks.models import MASK_TALLIES, Mask, MaskSource
from backend.masks.schemas import MaskIn
from backend.masks.states import Verb
from backend.masks.tallies import KEY, NOBODY
from backend.runtime import Runtime
from backend.work.service import lock
from tests.backend.drawing import add_image, draw, mask_body
from tests.backend.tallying import counted, tallies
from tests.backend.test_batches import change_images, make_batch
from tests.backend.test_quality import rectangle
from tests.backend.test_quality import save as save_all
from tests.backend.test_stages import propose_for
from tests.backend.test_work import add_one, decide, take
from tests.backend.worlds import Person, add_model, add_person, first_batch

pytestmark = pytest.mark.usefixtures("exact_tallies")


@pytest.fixture
def anna(runtime: Runtime) -> Person:
    return add_person(runtime, "Anna")


def save(
    client: TestClient, image_id: UUID, seed: int = 1, *, id: UUID | None = None, **changes: object
) -> UUID:
    mask_id = id or uuid4()
    body = mask_body(image_id, draw(np.random.default_rng(seed)), **changes)
    answer = client.put(f"/api/masks/{mask_id}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return mask_id


def sums(runtime: Runtime) -> dict[str, int]:
    added: dict[str, int] = {}
    for counts in tallies(runtime).values():
        for name, count in counts.items():
            added[name] = added.get(name, 0) + count
    return added


def test_save_is_counted_with_its_time_and_clicks(client: TestClient, runtime: Runtime) -> None:
    image_id = add_image(runtime)
    save(client, image_id, active_ms=4200)
    box = {"points": [], "box": [1, 1, 9, 9], "candidate": None, "strokes": {"brush": 0, "erase": 0}}
    save(client, image_id, seed=2, active_ms=4300, prompts=box)
    save(client, image_id, seed=3, active_ms=0)
    assert sums(runtime) == {
        "masks": 3,
        "timed_masks": 2,
        "active_ms": 8500,
        "clicks": 3,
        f"bucket_{bucket_of(4200):02}": 2,
    }


def test_repeated_save_counts_once_and_a_correction_takes_the_place_of_what_was(
    client: TestClient, runtime: Runtime
) -> None:
    image_id = add_image(runtime)
    mask_id = save(client, image_id)
    save(client, image_id, id=mask_id)
    assert sums(runtime)["masks"] == 1
    save(client, image_id, seed=2, id=mask_id, base_version=1, source="edited", active_ms=90_000)
    [(key, counts)] = tallies(runtime).items()
    assert (key[3], counts["masks"], counts["active_ms"]) == ("edited", 1, 90_000)


def test_deleted_masks_do_not_count_and_restored_ones_keep_their_day(
    client: TestClient, runtime: Runtime
) -> None:
    long_ago = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
    mask_id = save(client, add_image(runtime))
    client.delete(f"/api/masks/{mask_id}")
    assert tallies(runtime) == {}
    with session_scope(runtime.sessions) as session:
        session.get_one(Mask, mask_id).accepted_at = long_ago
    assert client.post(f"/api/masks/{mask_id}/restore").status_code == 200
    assert [key[1] for key in tallies(runtime)] == [long_ago.date()]


def test_proposals_become_masks_when_they_are_accepted(client: TestClient, runtime: Runtime) -> None:
    image_id = add_image(runtime)
    first, second = propose_for(runtime, image_id, 2)
    assert sums(runtime) == {"proposals": 2}
    client.post(f"/api/masks/{first}/accept")
    client.post(f"/api/masks/{second}/reject")
    assert sums(runtime) == {"masks": 1}
    client.post(f"/api/masks/{first}/propose")
    client.post(f"/api/masks/{second}/propose")
    assert sums(runtime) == {"proposals": 2}


def test_proposals_count_for_who_accepted_or_corrected_them(
    client: TestClient, runtime: Runtime, anna: Person
) -> None:
    bert = add_person(runtime, "Bert")
    image_id = add_image(runtime)
    accepted, corrected = propose_for(runtime, image_id, 2)
    client.post(f"/api/masks/{accepted}/accept", headers=anna.headers)
    body = mask_body(
        image_id, draw(np.random.default_rng(5)), active_ms=7000, source="edited", base_version=1
    )
    assert client.put(f"/api/masks/{corrected}", json=body, headers=anna.headers).is_success
    assert masks_of(runtime) == {anna.id: 2}
    later = mask_body(
        image_id, draw(np.random.default_rng(6)), active_ms=9000, source="edited", base_version=2
    )
    assert client.put(f"/api/masks/{corrected}", json=later, headers=bert.headers).is_success
    assert masks_of(runtime) == {anna.id: 2}
    client.post(f"/api/masks/{accepted}/propose", headers=bert.headers)
    assert masks_of(runtime) == {anna.id: 1, NOBODY: 0}
    client.post(f"/api/masks/{accepted}/accept", headers=bert.headers)
    assert masks_of(runtime) == {anna.id: 1, bert.id: 1}


def masks_of(runtime: Runtime) -> dict[UUID, int]:
    """Accepted masks by the person that they count for."""
    found: dict[UUID, int] = {}
    for key, counts in tallies(runtime).items():
        person_id = key[KEY.index("author_id")]
        found[person_id] = found.get(person_id, 0) + counts.get("masks", 0)
    return found


def test_masks_move_with_their_image_and_go_with_it(client: TestClient, runtime: Runtime) -> None:
    image_id, other = add_image(runtime), add_image(runtime)
    save(client, image_id)
    save(client, image_id, seed=2, active_ms=0)
    save(client, other)
    batch = make_batch(client, "Later")
    change_images(client, [str(image_id)], batch_id=batch)
    assert [key[0] for key in tallies(runtime)].count(UUID(batch)) == 1
    assert tallies(runtime) == counted(runtime)
    client.post("/api/images/delete", json={"image_ids": [str(other)]})
    assert sums(runtime)["masks"] == 2
    assert client.delete(f"/api/batches/{batch}").status_code == 204
    assert tallies(runtime) == {}


def test_copies_for_audits_are_counted_apart_and_all_goes_with_the_project(
    client: TestClient, runtime: Runtime, anna: Person
) -> None:
    add_model(runtime)
    image = add_one(runtime, "photo.jpg")
    take(client, image, anna)
    save_all(client, image, anna, rectangle(2, 2, 20, 20))
    assert decide(client, image, "submit", anna).is_success
    with session_scope(runtime.sessions) as session:
        batch_id = first_batch(session).id
        for mask in session.scalars(select(Mask).with_for_update()):
            mask.source = MaskSource.AUTOMATIC
    assert client.post(f"/api/batches/{batch_id}/audits", json={"images": 5}).status_code == 201
    assert [counts["masks"] for counts in tallies(runtime).values()] == [1, 1]
    assert tallies(runtime) == counted(runtime)
    assert client.post("/api/projects", json={"name": "Cells"}).status_code == 201
    first = client.get("/api/project").json()
    deleted = client.request("DELETE", f"/api/projects/{first['id']}", json={"name": first["name"]})
    assert deleted.is_success, deleted.text
    with session_scope(runtime.sessions, read_only=True) as session:
        assert session.execute(select(MASK_TALLIES)).all() == []


def test_what_is_rolled_back_is_not_counted(runtime: Runtime) -> None:
    image_id = add_image(runtime)
    content = MaskIn.model_validate(mask_body(image_id, draw(np.random.default_rng(1))))
    with session_scope(runtime.sessions) as session:
        masks.save_mask(session, uuid4(), content, by=None)
        refused = session.begin_nested()
        masks.save_mask(session, uuid4(), content, by=None)
        refused.rollback()
    assert sums(runtime)["masks"] == 1


def test_statements_that_would_pass_the_tallies_by_are_refused(runtime: Runtime) -> None:
    for statement in (delete(Mask), update(Mask).values(active_ms=1)):
        with session_scope(runtime.sessions) as session, pytest.raises(TypeError, match="tallies"):
            session.execute(statement)


def test_people_who_save_on_one_image_at_once_are_all_counted(
    client: TestClient, runtime: Runtime, anna: Person
) -> None:
    """And so is what they accept while others move the image to and fro, hand it in and reopen it."""
    image_id, other = add_image(runtime), make_batch(client, "Other")
    with session_scope(runtime.sessions) as session:
        home = first_batch(session).id
    proposed = propose_for(runtime, image_id, 24)
    start = threading.Barrier(6)

    def annotate(number: int) -> None:
        start.wait()
        for turn in range(6):
            body = mask_body(image_id, draw(np.random.default_rng(100 * number + turn)))
            with session_scope(runtime.sessions) as session:
                masks.save_mask(session, uuid4(), MaskIn.model_validate(body), by=anna.id)
            with session_scope(runtime.sessions) as session:
                masks.take_step(session, proposed[6 * number + turn], Verb.ACCEPT, by=anna.id)

    def move() -> None:
        start.wait()
        for turn in range(8):
            with session_scope(runtime.sessions) as session:
                lock(session, image_id).batch_id = home if turn % 2 else UUID(other)

    def hand_in() -> None:
        start.wait()
        for turn in range(8):
            with session_scope(runtime.sessions) as session:
                lock(session, image_id).work_state = WorkState.OPEN if turn % 2 else WorkState.SUBMITTED

    threads = [threading.Thread(target=annotate, args=[number]) for number in range(4)]
    threads += [threading.Thread(target=move), threading.Thread(target=hand_in)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums(runtime)["masks"] == 48
    assert {(key[0], key[-1]) for key in tallies(runtime)} == {(home, False)}


def test_one_proposal_that_two_people_accept_at_once_counts_once(runtime: Runtime, anna: Person) -> None:
    proposed = propose_for(runtime, add_image(runtime), 10)
    start = threading.Barrier(4)

    def accept() -> None:
        start.wait()
        for mask_id in proposed:
            with session_scope(runtime.sessions) as session:
                masks.take_step(session, mask_id, Verb.ACCEPT, by=anna.id)

    threads = [threading.Thread(target=accept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums(runtime) == {"masks": 10}


def test_migration_counts_the_masks_that_are_there(client: TestClient, runtime: Runtime) -> None:
    image_id = add_image(runtime)
    for seed, active_ms in enumerate((0, 1, 499, 500, 4200, 4200, 599_999, 600_000, 2**31 - 1)):
        save(client, image_id, seed, active_ms=active_ms)
    save(client, image_id, seed=20, source="painted", model_id=str(add_model(runtime)))
    accepted, rejected, _ = propose_for(runtime, image_id, 3)
    client.post(f"/api/masks/{accepted}/accept")
    client.post(f"/api/masks/{rejected}/reject")
    client.delete(f"/api/masks/{save(client, image_id, seed=21)}")
    before = sums(runtime)
    command.downgrade(alembic_config(runtime.engine), "0013")
    command.upgrade(alembic_config(runtime.engine), "head")
    assert sums(runtime) == before
    assert tallies(runtime) == counted(runtime)
