"""What open pages are told, over a real connection."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from backend.core.database import session_scope
from backend.core.events import Broadcaster, Change, Event, Feed
from backend.core.security import SESSION_COOKIE
from backend.feeds import FEEDS
from backend.jobs import service as jobs
from backend.jobs.models import Job
from backend.projects.service import ensure_first_project
from backend.runtime import Runtime
from backend.users import service as users
from backend.users.models import Role, UserSession
from backend.users.schemas import UserChange
from backend.users.signin import start_session
from tests.backend.drawing import add_image, draw, mask_body
from tests.backend.servers import wait_until
from tests.backend.worlds import Person, add_model, add_person, import_photos

Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def anna(runtime: Runtime) -> Person:
    return add_person(runtime, "Anna", Role.MANAGER)


@contextmanager
def following(url: str, headers: dict[str, str]) -> Iterator[Told]:
    """The events told so far, growing while the block runs; it starts after the greeting."""
    told: Told = []
    greeted = threading.Event()
    over = threading.Event()

    def follow() -> None:
        with (
            suppress(httpx.RemoteProtocolError),  # without a signal the server just cuts the stream off
            httpx.stream("GET", f"{url}/api/events", headers=headers, timeout=30) as response,
        ):
            name = ""
            for line in response.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    told.append((name, json.loads(line.removeprefix("data: "))))
                    greeted.set()
                if over.is_set():
                    return

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    assert greeted.wait(20)
    yield told
    over.set()


def states(told: Told, image_id: UUID) -> list[str]:
    return [
        data["embedding"]["state"] for name, data in told if name == "image" and data["id"] == str(image_id)
    ]


def test_page_sees_an_embedding_move(server: str, runtime: Runtime, anna: Person) -> None:
    add_model(runtime)
    with following(server, anna.headers) as told:
        assert told[0][0] == "hello"
        assert told[0][1]["server_started_at"]
        [image_id] = import_photos(runtime, 1)
        wait_until(lambda: states(told, image_id) == ["queued"], what="queued is told")
        with session_scope(runtime.sessions) as session:
            [job_id] = session.scalars(Job.__table__.select().with_only_columns(Job.id))
            token = jobs.claim(session, job_id)
        assert token is not None
        wait_until(lambda: states(told, image_id) == ["queued", "computing"], what="computing is told")
        with session_scope(runtime.sessions) as session:
            jobs.fail(session, token, code="out_of_paint", message="There is no paint left.")
        wait_until(lambda: states(told, image_id)[-1] == "failed", what="failed is told")
    summaries = [data for name, data in told if name == "summary"]
    assert summaries[-1]["failed"] == summaries[-1]["total"] == 1


def test_every_page_is_told_and_nothing_is_repeated(server: str, runtime: Runtime, anna: Person) -> None:
    with following(server, anna.headers) as one, following(server, anna.headers) as another:
        ids = import_photos(runtime, 3)
        for told in (one, another):
            wait_until(lambda told=told: all(states(told, image_id) for image_id in ids), what="all are told")
        time.sleep(1)  # four more looks at the same rows
        for told in (one, another):
            assert [len(states(told, image_id)) for image_id in ids] == [1, 1, 1]


def test_annotators_are_told_of_their_queue_alone(
    server: str, runtime: Runtime, client: TestClient, anna: Person
) -> None:
    bert, cleo = add_person(runtime, "Bert"), add_person(runtime, "Cleo")
    with following(server, bert.headers) as to_bert, following(server, cleo.headers) as to_cleo:
        first, second = import_photos(runtime, 2)
        for told in (to_bert, to_cleo):
            wait_until(lambda told=told: len(images_told(told, second)) == 1, what="the import is told")
        client.patch("/api/images", json={"image_ids": [str(first)], "assigned_to": str(bert.id)})
        client.post(f"/api/images/{second}/skip", json={"note": "Too dark"}, headers=cleo.headers)
        wait_until(lambda: gone(to_bert) == [second], what="Bert hears that the second is gone")
        wait_until(lambda: gone(to_cleo) == [first], what="Cleo hears that the first is gone")
    assert [data["work"]["assigned_to_name"] for data in images_told(to_bert, first)] == [None, "Bert"]
    assert [data["work"]["state"] for data in images_told(to_cleo, second)] == ["open", "skipped"]
    assert not {"summary", "export"} & {name for name, _ in to_bert}


def test_what_somebody_else_does_on_an_image_is_told_once(
    server: str, runtime: Runtime, client: TestClient, anna: Person
) -> None:
    add_model(runtime)
    bert, cleo = add_person(runtime, "Bert"), add_person(runtime, "Cleo")
    first, second = add_image(runtime), add_image(runtime)
    bitmap = draw(np.random.default_rng(0))
    with following(server, anna.headers) as to_anna, following(server, cleo.headers) as to_cleo:
        client.put(f"/api/images/{first}/lease", headers=bert.headers)
        for count in (1, 2):
            body = mask_body(first, bitmap)
            assert client.put(f"/api/masks/{uuid4()}", json=body, headers=bert.headers).is_success
            wait_until(
                lambda count=count: (
                    [data["mask_count"] for data in images_told(to_anna, first)][-1:] == [count]
                ),
                what="Anna hears of the mask",
            )
        client.post(f"/api/images/{first}/submit", headers=bert.headers)
        wait_until(lambda: gone(to_cleo) == [first], what="Cleo hears that it is finished")
        client.put(f"/api/images/{second}/lease", headers=bert.headers)
        wait_until(lambda: holders(to_cleo, second)[-1:] == ["Bert"], what="Cleo hears of the second")
        client.delete(f"/api/images/{second}/lease", headers=bert.headers)
        wait_until(lambda: holders(to_cleo, second)[-1:] == [None], what="Cleo hears of its return")
    assert holders(to_cleo, first).count("Bert") == 1  # whatever was told of them when they came


def test_images_in_review_are_told_to_peers_who_may_review(
    server: str, runtime: Runtime, client: TestClient, anna: Person
) -> None:
    bert, cleo = add_person(runtime, "Bert"), add_person(runtime, "Cleo")
    first, second = add_image(runtime), add_image(runtime)
    batch_id = client.get("/api/batches").json()[0]["id"]
    client.patch(f"/api/batches/{batch_id}", json={"review_share": 1, "peer_review": True})
    with following(server, cleo.headers) as to_cleo:
        client.put(f"/api/images/{first}/lease", headers=bert.headers)
        client.post(f"/api/images/{first}/submit", headers=bert.headers)
        wait_until(
            lambda: states_of_work(to_cleo, first)[-1:] == ["in_review"], what="Cleo hears what to review"
        )
        client.post(f"/api/images/{first}/accept")
        wait_until(lambda: gone(to_cleo) == [first], what="Cleo hears that it is reviewed")
        client.patch(f"/api/batches/{batch_id}", json={"peer_review": False})
        client.put(f"/api/images/{second}/lease", headers=bert.headers)
        client.post(f"/api/images/{second}/submit", headers=bert.headers)
        wait_until(lambda: gone(to_cleo) == [first, second], what="Cleo hears that managers review it")


def test_second_looks_are_told_to_all_but_who_worked_on_the_original(
    server: str, runtime: Runtime, client: TestClient, anna: Person
) -> None:
    bert, cleo, dora = (add_person(runtime, name) for name in ("Bert", "Cleo", "Dora"))
    [original] = import_photos(runtime, 1)
    batch_id = client.get("/api/batches").json()[0]["id"]
    client.patch(f"/api/batches/{batch_id}", json={"second_share": 1})
    with (
        following(server, bert.headers) as to_bert,
        following(server, cleo.headers) as to_cleo,
        following(server, dora.headers) as to_dora,
    ):
        client.put(f"/api/images/{original}/lease", headers=bert.headers)
        client.post(f"/api/images/{original}/submit", headers=bert.headers)
        wait_until(lambda: second_looks(to_dora), what="Dora hears of the second look")
        [look_id] = {UUID(look["id"]) for look in second_looks(to_dora)}

        client.put(f"/api/images/{look_id}/lease", headers=cleo.headers)
        wait_until(
            lambda: second_looks(to_dora)[-1]["work"]["held_by_name"] == "Cleo",
            what="Dora hears that Cleo has it",
        )
        # Reopened, the original is for everybody again but for who works on its second look.
        client.post(f"/api/images/{original}/reopen")
        wait_until(
            lambda: states_of_work(to_dora, original)[-1:] == ["open"], what="Dora hears of the original"
        )
        wait_until(lambda: look_id in gone(to_bert), what="Bert hears that the second look is not for him")
    assert second_looks(to_bert) == []
    assert states_of_work(to_cleo, original)[-1:] != ["open"]
    assert "Bert" not in [data["work"]["by_name"] for data in images_told(to_cleo, original)]


def holders(told: Told, image_id: UUID) -> list[str | None]:
    return [data["work"]["held_by_name"] for data in images_told(told, image_id)]


def states_of_work(told: Told, image_id: UUID) -> list[str]:
    """Those since it was gone for the last time."""
    states: list[str] = []
    for name, data in told:
        if name == "image_gone" and data["id"] == str(image_id):
            states = []
        if name == "image" and data["id"] == str(image_id):
            states.append(data["work"]["state"])
    return states


def second_looks(told: Told) -> list[dict[str, Any]]:
    return [data for name, data in told if name == "image" and data["batch"]["kind"] == "second_look"]


def test_deleted_images_are_told(server: str, runtime: Runtime, client: TestClient, anna: Person) -> None:
    bert = add_person(runtime, "Bert")
    first, second = import_photos(runtime, 2)
    with following(server, anna.headers) as to_anna, following(server, bert.headers) as to_bert:
        client.post("/api/images/delete", json={"image_ids": [str(first)]})
        for told in (to_anna, to_bert):
            wait_until(lambda told=told: gone(told) == [first], what="the deletion is told")
        wait_until(
            lambda: [data["total"] for name, data in to_anna if name == "summary"][-1:] == [1],
            what="the summary is told",
        )
    assert second not in gone(to_anna)


def gone(told: Told) -> list[UUID]:
    return [UUID(data["id"]) for name, data in told if name == "image_gone"]


def images_told(told: Told, image_id: UUID) -> list[dict[str, Any]]:
    return [data for name, data in told if name == "image" and data["id"] == str(image_id)]


def test_new_model_is_told(server: str, runtime: Runtime, anna: Person) -> None:
    with following(server, anna.headers) as told:
        model_id = add_model(runtime)
        wait_until(lambda: any(data.get("id") == str(model_id) for _, data in told), what="model is told")


def test_changed_labels_are_told(server: str, client: TestClient, anna: Person) -> None:
    label = {"id": str(uuid4()), "name": "cat", "colour": "#e69f00"}
    with following(server, anna.headers) as told:
        project = client.patch("/api/project", json={"labels": [label]}).json()
        wait_until(lambda: ("project", project) in told, what="an event has the changed project")


def test_stream_ends_with_its_session(
    server: str, runtime: Runtime, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.core.events.ASK_AGAIN_SECONDS", 0.2)
    with httpx.stream("GET", f"{server}/api/events", headers=anna.headers, timeout=30) as response:
        lines = response.iter_lines()
        assert next(lines) == "event: hello"
        time.sleep(1)  # five more questions
        import_photos(runtime, 1)
        assert "event: image" in lines  # it goes on while the session does
        with session_scope(runtime.sessions) as session:
            users.change_user(session, anna.id, UserChange(disabled=True), ensure_first_project(session).id)
        disabled_at = time.monotonic()
        list(lines)  # to the end of the body
        assert time.monotonic() - disabled_at < 10
    assert httpx.get(f"{server}/api/events", headers=anna.headers).status_code == 401


def test_open_page_does_not_keep_a_session_going(
    server: str, runtime: Runtime, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.core.events.ASK_AGAIN_SECONDS", 0.1)
    with session_scope(runtime.sessions) as session:
        _, token = start_session(session, users.get_user(session, anna.id), seconds=1)
        session.execute(update(UserSession).values(user_agent="known"))  # else its first use would be noted
    headers = {"Cookie": f"{SESSION_COOKIE}={token}", "User-Agent": "known"}
    with httpx.stream("GET", f"{server}/api/events", headers=headers, timeout=30) as response:
        assert "event: hello" in list(response.iter_lines())


def test_nobody_looks_when_nobody_listens(runtime: Runtime) -> None:
    looks = 0

    def counting(_session: object, _since: object) -> list[Change]:
        nonlocal looks
        looks += 1
        return []

    def nothing(_session: object, _ids: object) -> list[Event]:
        raise AssertionError("Nothing changed.")

    async def listen_for_a_while() -> None:
        broadcaster = Broadcaster(runtime.sessions, [Feed(counting, nothing)])
        events = broadcaster.listen(lambda: True)
        assert [event.name for event in await anext(events)] == ["hello"]
        while looks < 2:
            await asyncio.sleep(0.05)
        await events.aclose()
        await asyncio.sleep(0.5)
        seen = looks
        await asyncio.sleep(0.6)
        assert looks == seen

    asyncio.run(listen_for_a_while())


def test_listener_who_does_not_read_is_sent_away(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.core.events.MOST_UNREAD_LOOKS", 2)
    monkeypatch.setattr("backend.core.events.LOOK_EVERY_SECONDS", 0.05)

    async def listen_without_reading() -> list[str]:
        broadcaster = Broadcaster(runtime.sessions, FEEDS)
        looks = broadcaster.listen(lambda: True)
        greeting = await anext(looks)
        for _ in range(5):
            await asyncio.to_thread(add_image, runtime)
            await asyncio.sleep(0.3)  # each in a look of its own
        return [look[0].name for look in [greeting, *[look async for look in looks]]]

    names = asyncio.run(listen_without_reading())
    assert names[0] == "hello"
    assert len(names) <= 3  # and then it ended, rather than waiting for ever
