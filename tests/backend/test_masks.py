"""Saving masks over HTTP: once per id, refused with a reason, deleted and brought back."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.core.database import session_scope
from backend.masks.models import MaskVersion
from backend.masks.schemas import MaskIn
from backend.masks.service import save_mask
from backend.runtime import Runtime
from tests.backend.drawing import Bitmap, add_image, counts_of, draw, mask_body
from tests.backend.worlds import add_person

pytestmark = pytest.mark.usefixtures("exact_tallies")

SAVERS = 8
NOTHING_DRAWN = counts_of(np.zeros((40, 60), np.uint8))


@pytest.fixture
def image_id(runtime: Runtime) -> UUID:
    return add_image(runtime)


@pytest.fixture
def bitmap() -> Bitmap:
    return draw(np.random.default_rng(1))


def test_saved_mask_is_listed_with_what_was_drawn(client: TestClient, image_id: UUID, bitmap: Bitmap) -> None:
    mask_id = str(uuid4())
    body = mask_body(image_id, bitmap)
    saved = client.put(f"/api/masks/{mask_id}", json=body)
    assert saved.status_code == 201
    mask = saved.json()
    ys, xs = np.nonzero(bitmap)
    assert {key: mask[key] for key in body} == body
    assert mask["id"] == mask_id
    assert mask["stage"] == "assisted_manual"
    assert mask["state"] == "accepted"
    assert mask["area_px"] == bitmap.sum()
    assert mask["bbox"] == [xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1]
    assert client.get(f"/api/images/{image_id}/masks").json() == [mask]


def test_saving_again_changes_nothing(client: TestClient, image_id: UUID, bitmap: Bitmap) -> None:
    url, body = f"/api/masks/{uuid4()}", mask_body(image_id, bitmap)
    first = client.put(url, json=body)
    again = client.put(url, json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert len(client.get(f"/api/images/{image_id}/masks").json()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"active_ms": 4201},
        {"source": "painted"},
        {"predicted_iou": None},
        {"prompts": {"points": [], "strokes": {"brush": 0, "erase": 1}}},
    ],
)
def test_other_content_under_the_same_id_is_a_conflict(
    client: TestClient, image_id: UUID, bitmap: Bitmap, changes: dict[str, Any]
) -> None:
    url, body = f"/api/masks/{uuid4()}", mask_body(image_id, bitmap)
    saved = client.put(url, json=body).json()
    answer = client.put(url, json=body | changes)
    assert answer.status_code == 409
    assert answer.json()["code"] == "mask_conflict"
    assert client.get(f"/api/images/{image_id}/masks").json() == [saved]


def test_other_pixels_under_the_same_id_are_a_conflict(
    client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    url = f"/api/masks/{uuid4()}"
    client.put(url, json=mask_body(image_id, bitmap))
    bitmap[0, 0] ^= 1
    assert client.put(url, json=mask_body(image_id, bitmap)).json()["code"] == "mask_conflict"


def put_at_once(
    client: TestClient, bodies: list[dict[str, Any]], mask_id: UUID | None = None
) -> Counter[int]:
    """Status codes of saves of one id, a new one if none is given, that all start together."""
    url = f"/api/masks/{mask_id or uuid4()}"
    barrier, answers = threading.Barrier(len(bodies)), Counter[int]()

    def save(body: dict[str, Any]) -> None:
        own = TestClient(client.app, str(client.base_url), False, headers=client.headers)
        barrier.wait()
        answers[own.put(url, json=body).status_code] += 1

    threads = [threading.Thread(target=save, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_simultaneous_saves_make_one_mask(
    runtime: Runtime, client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    for round_ in range(1, 6):
        answers = put_at_once(client, [mask_body(image_id, bitmap)] * SAVERS)
        assert answers == {201: 1, 200: SAVERS - 1}
        assert len(client.get(f"/api/images/{image_id}/masks").json()) == round_


def test_simultaneous_saves_of_different_masks_keep_one(
    runtime: Runtime, client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    bodies = [mask_body(image_id, bitmap, active_ms=number) for number in range(SAVERS)]
    assert put_at_once(client, bodies) == {201: 1, 409: SAVERS - 1}
    assert len(client.get(f"/api/images/{image_id}/masks").json()) == 1


def test_deleted_mask_comes_back_as_it_was(client: TestClient, image_id: UUID, bitmap: Bitmap) -> None:
    url, masks_url = f"/api/masks/{uuid4()}", f"/api/images/{image_id}/masks"
    saved = client.put(url, json=mask_body(image_id, bitmap)).json()
    assert [client.delete(url).status_code for _ in range(2)] == [204, 204]
    assert client.get(masks_url).json() == []

    restored = client.post(f"{url}/restore").json()
    assert restored == saved | {"version": 3}
    assert client.post(f"{url}/restore").json() == restored
    assert client.get(masks_url).json() == [restored]


def test_late_repeat_of_a_save_does_not_undo_a_deletion(
    client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    url, body = f"/api/masks/{uuid4()}", mask_body(image_id, bitmap)
    client.put(url, json=body)
    client.delete(url)
    repeated = client.put(url, json=body)
    assert (repeated.status_code, repeated.json()["state"]) == (200, "deleted")
    assert client.get(f"/api/images/{image_id}/masks").json() == []


def retouched(bitmap: Bitmap) -> Bitmap:
    changed = bitmap.copy()
    changed[0, 0] ^= 1
    return changed


def versions_of(runtime: Runtime, mask_id: str) -> list[tuple[int, dict[str, Any]]]:
    with session_scope(runtime.sessions) as session:
        rows = session.scalars(select(MaskVersion).where(MaskVersion.mask_id == UUID(mask_id)))
        return sorted((row.version, row.before) for row in rows)


def test_changed_mask_replaces_the_version_it_is_based_on_and_leaves_a_trace(
    runtime: Runtime, client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    mask_id = str(uuid4())
    url, first = f"/api/masks/{mask_id}", mask_body(image_id, bitmap)
    saved = client.put(url, json=first).json()
    second = mask_body(image_id, retouched(bitmap), active_ms=9000, source="edited")
    answer = client.put(url, json=second | {"base_version": 1})
    assert answer.status_code == 200
    changed = answer.json()
    assert {key: changed[key] for key in second} == second
    assert (changed["version"], changed["area_px"]) == (2, retouched(bitmap).sum())
    assert (changed["created_at"], changed["stage"]) == (saved["created_at"], saved["stage"])
    assert client.get(f"/api/images/{image_id}/masks").json() == [changed]
    assert versions_of(runtime, mask_id) == [
        (1, {"rle": first["rle"], "active_ms": 4200, "source": "clicked"}),
    ]

    client.delete(url)
    client.post(f"{url}/restore")
    assert client.put(url, json=first | {"base_version": 4}).json()["version"] == 5
    assert versions_of(runtime, mask_id)[1:] == [
        (2, {"state": "accepted"}),
        (3, {"state": "deleted"}),
        (4, {"rle": second["rle"], "active_ms": 9000, "source": "edited"}),
    ]


def test_change_based_on_an_older_version_is_a_conflict(
    client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    url, body = f"/api/masks/{uuid4()}", mask_body(image_id, bitmap)
    client.put(url, json=body)
    changed = client.put(url, json=body | {"active_ms": 1, "base_version": 1}).json()
    for base_version in (1, 3):
        answer = client.put(url, json=body | {"active_ms": 2, "base_version": base_version})
        assert (answer.status_code, answer.json()["code"]) == (409, "mask_conflict")
        assert f"version 2, and this change was made on version {base_version}" in answer.json()["detail"]
    assert client.get(f"/api/images/{image_id}/masks").json() == [changed]


def test_late_repeats_of_earlier_saves_change_nothing(
    client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    url, new = f"/api/masks/{uuid4()}", mask_body(image_id, bitmap)
    changes = [new | {"active_ms": version, "base_version": version} for version in (1, 2)]
    saves = [new, *changes]
    assert [client.put(url, json=body).status_code for body in saves] == [201, 200, 200]
    current = client.get(f"/api/images/{image_id}/masks").json()
    for body in saves:
        repeated = client.put(url, json=body)
        assert (repeated.status_code, [repeated.json()]) == (200, current)
    assert client.put(url, json=new | {"active_ms": 1}).json()["code"] == "mask_conflict"


def test_simultaneous_changes_of_one_version_keep_one(
    runtime: Runtime, client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    mask_id = uuid4()
    body = mask_body(image_id, bitmap)
    client.put(f"/api/masks/{mask_id}", json=body)
    changes = [body | {"active_ms": number, "base_version": 1} for number in range(SAVERS)]
    assert put_at_once(client, changes, mask_id) == {200: 1, 409: SAVERS - 1}
    assert len(versions_of(runtime, str(mask_id))) == 1


def test_change_of_what_is_not_there_or_elsewhere_is_refused(
    runtime: Runtime, client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    body = mask_body(image_id, bitmap)
    answer = client.put(f"/api/masks/{uuid4()}", json=body | {"base_version": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "mask_not_found")
    url = f"/api/masks/{uuid4()}"
    client.put(url, json=body)
    moved = mask_body(add_image(runtime), bitmap, base_version=1)
    assert client.put(url, json=moved).json()["code"] == "mask_conflict"
    wrong = body | {"base_version": 1, "rle": {"size": [40, 60], "counts": NOTHING_DRAWN}}
    assert client.put(url, json=wrong).json()["code"] == "mask_empty"
    assert client.get(f"/api/images/{image_id}/masks").json()[0]["version"] == 1


def test_label_and_lock_are_kept(client: TestClient, image_id: UUID, bitmap: Bitmap) -> None:
    label = {"id": str(uuid4()), "name": "cell", "colour": "#009e73"}
    client.patch("/api/project", json={"labels": [label]})
    url, body = f"/api/masks/{uuid4()}", mask_body(image_id, bitmap)
    saved = client.put(url, json=body).json()
    assert (saved["label_id"], saved["locked"]) == (None, False)
    marked = body | {"label_id": label["id"], "locked": True}
    client.put(url, json=marked | {"base_version": 1})
    [listed] = client.get(f"/api/images/{image_id}/masks").json()
    assert (listed["label_id"], listed["locked"], listed["version"]) == (label["id"], True, 2)


def test_masks_are_listed_in_the_order_they_were_saved(
    runtime: Runtime, client: TestClient, image_id: UUID
) -> None:
    random = np.random.default_rng(2)
    ids = [str(uuid4()) for _ in range(5)]
    for mask_id in ids:
        client.put(f"/api/masks/{mask_id}", json=mask_body(image_id, draw(random)))
    other = add_image(runtime)
    assert [mask["id"] for mask in client.get(f"/api/images/{image_id}/masks").json()] == ids
    assert client.get(f"/api/images/{other}/masks").json() == []


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "status", "code", "reason"),
    [
        (lambda body: body["rle"].update(size=[60, 40]), 422, "rle_wrong_size", "40 x 60 pixels, but the"),
        (lambda body: body["rle"].update(counts="abc"), 422, "rle_invalid", "middle of a number"),
        (lambda body: body["rle"].update(counts="12"), 422, "rle_invalid", "cover 3 pixels, but 60 x 40"),
        (lambda body: body["rle"].update(counts=""), 422, "rle_invalid", "it is empty"),
        (lambda body: body["rle"].update(counts=NOTHING_DRAWN), 422, "mask_empty", "no pixel is set"),
        (lambda body: body.update(image_id=str(uuid4())), 404, "image_not_found", "no image with the id"),
        (lambda body: body.update(model_id=str(uuid4())), 404, "model_not_found", "no model with the id"),
        (lambda body: body.update(label_id=str(uuid4())), 404, "label_not_found", "no label with the id"),
        (lambda body: body.update(active_ms=-1), 422, "invalid_request", "active_ms"),
        (lambda body: body.update(active_ms=2**31), 422, "invalid_request", "active_ms"),
        (lambda body: body.update(source="guessed"), 422, "invalid_request", "source"),
        (lambda body: body.update(colour="red"), 422, "invalid_request", "colour"),
        (lambda body: body["prompts"]["points"][0].update(label=2), 422, "invalid_request", "label"),
        (lambda body: body["rle"].update(size=[10**12, 1]), 422, "invalid_request", "size"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_the_reason(
    client: TestClient, image_id: UUID, bitmap: Bitmap, change: Change, status: int, code: str, reason: str
) -> None:
    body = mask_body(image_id, bitmap)
    change(body)
    answer = client.put(f"/api/masks/{uuid4()}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert reason in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(f"/api/images/{image_id}/masks").json() == []


def test_numbers_that_json_does_not_have_are_refused(
    client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    text = json.dumps(mask_body(image_id, bitmap, predicted_iou="NUMBER"))
    for number in ("NaN", "Infinity", "1e999"):
        answer = client.put(
            f"/api/masks/{uuid4()}",
            content=text.replace('"NUMBER"', number),
            headers={"Content-Type": "application/json"},
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("method", ["delete", "restore"])
def test_unknown_mask_is_not_found(client: TestClient, method: str) -> None:
    url = f"/api/masks/{uuid4()}"
    answer = client.delete(url) if method == "delete" else client.post(f"{url}/restore")
    assert (answer.status_code, answer.json()["code"]) == (404, "mask_not_found")


def test_masks_of_an_unknown_image_are_not_found(client: TestClient) -> None:
    answer = client.get(f"/api/images/{uuid4()}/masks")
    assert (answer.status_code, answer.json()["code"]) == (404, "image_not_found")


LOG: list[list[Any]] = [
    [0, "tool", "point"],
    [0, "point", 12, 7, 1],
    [90, "answer", 1, -1, 0],
    [700, "choose", 2],
    [1500, "tool", "brush"],
    [1500, "stroke", 1, "round", 20, [160, 32, 0, 16, -16, 0]],
    [2600, "undo"],
]


def test_log_is_kept_as_it_is_and_counted(client: TestClient, image_id: UUID, bitmap: Bitmap) -> None:
    url, body = f"/api/masks/{uuid4()}", mask_body(image_id, bitmap, log=LOG)
    mask = client.put(url, json=body).json()
    assert client.put(url, json=body).json() == mask
    effort = {
        "clicks": 1,
        "strokes": 1,
        "candidate_changes": 1,
        "undos": 1,
        "boxes": 0,
        "edits": 0,
        "redos": 0,
    }
    assert mask["effort"] == effort | {"tool_ms": {"point": 1500, "brush": 1100}}
    assert client.get(f"{url}/logs").json() == [{"version": 1, "entries": LOG}]
    assert client.get(f"/api/masks/{uuid4()}/logs").status_code == 404


def test_corrections_add_to_what_a_mask_cost(client: TestClient, image_id: UUID, bitmap: Bitmap) -> None:
    url = f"/api/masks/{uuid4()}"
    client.put(url, json=mask_body(image_id, bitmap, log=LOG))
    corrected = mask_body(
        image_id, bitmap, active_ms=9000, base_version=1, log=[[0, "tool", "box"], [40, "box", 1, 2, 9, 9]]
    )
    effort = client.put(url, json=corrected).json()["effort"]
    assert (effort["clicks"], effort["boxes"]) == (1, 1)
    assert effort["tool_ms"] == {"point": 1500, "brush": 1100, "box": 40}
    # A change without a log, as of the label, costs nothing.
    locked = mask_body(image_id, bitmap, active_ms=9000, base_version=2, locked=True)
    assert client.put(url, json=locked).json()["effort"] == effort
    assert [log["version"] for log in client.get(f"{url}/logs").json()] == [1, 2]


@pytest.mark.parametrize(
    "entry",
    [
        [],
        [0],
        ["point", 0],
        [-1, "undo"],
        [0, "dance"],
        [0.5, "undo"],
        [0, "point", {}],
        [0, "stroke", [1.5]],
    ],
)
def test_damaged_log_is_refused(client: TestClient, image_id: UUID, bitmap: Bitmap, entry: list[Any]) -> None:
    url = f"/api/masks/{uuid4()}"
    assert client.put(url, json=mask_body(image_id, bitmap, log=[entry])).status_code == 422
    assert client.get(f"/api/images/{image_id}/masks").json() == []


def test_not_a_number_in_a_log_is_refused(client: TestClient, image_id: UUID, bitmap: Bitmap) -> None:
    body = json.dumps(mask_body(image_id, bitmap, log=[[0, "point", float("nan"), 1, 1]]))
    refused = client.put(f"/api/masks/{uuid4()}", content=body, headers={"content-type": "application/json"})
    assert refused.status_code == 422


# ---- people ----


def test_who_made_a_mask_stays_its_author(
    runtime: Runtime, client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    anna, bert = (add_person(runtime, name) for name in ("Anna", "Bert"))
    url = f"/api/masks/{uuid4()}"
    body = mask_body(image_id, bitmap)
    made = client.put(url, json=body, headers=anna.headers).json()
    assert (made["author_id"], made["author_name"]) == (str(anna.id), "Anna")
    changed = body | {"active_ms": 9000, "base_version": 1}
    assert client.put(url, json=changed, headers=bert.headers).json()["author_name"] == "Anna"
    client.delete(url)
    client.post(f"{url}/restore", headers=anna.headers)
    [listed] = client.get(f"/api/images/{image_id}/masks").json()
    assert (listed["version"], listed["author_name"]) == (4, "Anna")

    admin = client.get("/api/session").json()["user"]["id"]
    with session_scope(runtime.sessions) as session:
        versions = session.scalars(select(MaskVersion).order_by(MaskVersion.version)).all()
        assert [str(version.changed_by) for version in versions] == [str(bert.id), admin, str(anna.id)]


def test_masks_from_before_there_were_accounts_have_no_author(
    runtime: Runtime, client: TestClient, image_id: UUID, bitmap: Bitmap
) -> None:
    with session_scope(runtime.sessions) as session:
        save_mask(session, uuid4(), MaskIn.model_validate(mask_body(image_id, bitmap)), by=None)
    [listed] = client.get(f"/api/images/{image_id}/masks").json()
    assert (listed["author_id"], listed["author_name"]) == (None, None)
