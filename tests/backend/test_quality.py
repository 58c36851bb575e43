"""Agreement between people, and audits of automatic masks, over HTTP on both databases."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from backend.core.database import session_scope
from backend.masks.models import Mask, MaskSource
from backend.quality.intervals import mean_and_shares
from backend.quality.matching import match
from backend.runtime import Runtime
from tests.backend.drawing import Bitmap, counts_of, mask_body
from tests.backend.test_batches import batches, first_batch_id
from tests.backend.test_work import add_one, code, decide, take_next
from tests.backend.worlds import Person, add_model, add_person


def rectangle(left: int, top: int, width: int, height: int) -> Bitmap:
    bitmap = np.zeros((40, 60), np.uint8)
    bitmap[top : top + height, left : left + width] = 1
    return bitmap


def mask_of(bitmap: Bitmap) -> Mask:
    height, width = bitmap.shape
    return Mask(height=height, width=width, rle_counts=counts_of(bitmap))


def save(client: TestClient, image_id: str, person: Person, *bitmaps: Bitmap) -> list[str]:
    ids = []
    for bitmap in bitmaps:
        ids.append(str(uuid4()))
        saved = client.put(
            f"/api/masks/{ids[-1]}", json=mask_body(UUID(image_id), bitmap), headers=person.headers
        )
        assert saved.status_code == 201, saved.text
    return ids


def masks(client: TestClient, image_id: str) -> list[dict[str, Any]]:
    return list(client.get(f"/api/images/{image_id}/masks").json())


@pytest.fixture
def anna(runtime: Runtime) -> Person:
    return add_person(runtime, "Anna")


@pytest.fixture
def bert(runtime: Runtime) -> Person:
    return add_person(runtime, "Bert")


@pytest.fixture
def image(runtime: Runtime) -> str:
    add_model(runtime)
    return add_one(runtime, "photo.jpg")


def test_masks_are_paired_one_to_one_the_best_first() -> None:
    original = [mask_of(rectangle(0, 0, 20, 20)), mask_of(rectangle(30, 0, 20, 20))]
    other = [
        mask_of(rectangle(0, 0, 20, 20)),
        mask_of(rectangle(0, 0, 20, 18)),
        mask_of(rectangle(40, 0, 20, 20)),
    ]
    agreement = match(original, other)
    assert (agreement.ious, agreement.missed, agreement.added) == ([1.0], 1, 2)
    assert match(original, []).missed == 2
    assert match([], other).added == 3


def test_interval_narrows_with_more_images_and_widens_where_masks_of_an_image_are_alike() -> None:
    random = np.random.default_rng(1)
    independent = [[float(iou)] for iou in random.uniform(0.5, 1, 400)]
    clustered = [[float(iou)] * 8 for iou in random.uniform(0.5, 1, 50)]
    few = mean_and_shares(independent[:50], [0.75])
    many = mean_and_shares(independent, [0.75])
    alike = mean_and_shares(clustered, [0.75])
    assert few is not None
    assert many is not None
    assert alike is not None
    for mean, shares in (few, many, alike):
        assert mean.low < mean.value < mean.high
        assert 0.7 < mean.value < 0.8
        assert shares[0].low <= shares[0].value <= shares[0].high
    assert many[0].high - many[0].low < few[0].high - few[0].low
    assert alike[0].high - alike[0].low > many[0].high - many[0].low
    assert mean_and_shares([[], []], [0.75]) is None


def test_agreement_of_two_people_is_told(client: TestClient, anna: Person, bert: Person, image: str) -> None:
    client.patch(f"/api/batches/{first_batch_id(client)}", json={"second_share": 1})
    save(client, image, anna, rectangle(0, 0, 20, 20), rectangle(30, 0, 10, 10))
    decide(client, image, "submit", anna)
    twin = take_next(client, bert)
    assert twin is not None
    [waiting] = client.get("/api/quality").json()["second_looks"]
    assert (waiting["images"], waiting["compared"], waiting["mean_iou"]) == (1, 0, None)

    save(client, twin, bert, rectangle(0, 0, 20, 16))
    decide(client, twin, "submit", bert)
    [look] = client.get("/api/quality").json()["second_looks"]
    assert (look["compared"], look["pairs"], look["missed"], look["added"]) == (1, 1, 1, 0)
    assert look["mean_iou"]["value"] == pytest.approx(0.8)
    assert (look["above_75"]["value"], look["above_90"]["value"]) == (1.0, 0.0)
    assert look["worst"][0] | {"image_id": twin} == look["worst"][0]

    # Reopened, corrected and submitted again: the newest counts.
    decide(client, twin, "reopen", bert)
    save(client, twin, bert, rectangle(30, 0, 10, 10))
    decide(client, twin, "submit", bert)
    [look] = client.get("/api/quality").json()["second_looks"]
    assert (look["pairs"], look["missed"]) == (2, 0)
    assert look["mean_iou"]["value"] == pytest.approx(0.9)


def test_audit_compares_automatic_masks_with_what_people_made_of_them(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person, image: str
) -> None:
    batch_id = first_batch_id(client)
    assert code(client.post(f"/api/batches/{batch_id}/audits", json={})) == (409, "nothing_to_audit")
    kept, corrected, deleted = (rectangle(0, 0, 10, 10), rectangle(20, 0, 20, 20), rectangle(45, 0, 5, 5))
    save(client, image, anna, kept, corrected, deleted)
    with session_scope(runtime.sessions) as session:
        session.connection().execute(update(Mask).values(source=MaskSource.AUTOMATIC, active_ms=0))
    decide(client, image, "submit", anna)

    made = client.post(f"/api/batches/{batch_id}/audits", json={"images": 500})
    assert (made.status_code, made.json()["images"]["total"]) == (201, 1)
    twin = take_next(client, bert)
    assert twin is not None
    copies = {mask["area_px"]: mask for mask in masks(client, twin)}
    assert len(copies) == 3
    correction = mask_body(UUID(twin), rectangle(20, 0, 20, 16)) | {"base_version": 1, "source": "edited"}
    saved = client.put(f"/api/masks/{copies[400]['id']}", json=correction, headers=bert.headers)
    assert saved.status_code == 200, saved.text
    client.delete(f"/api/masks/{copies[25]['id']}", headers=bert.headers)
    save(client, twin, bert, rectangle(0, 30, 5, 5))
    decide(client, twin, "submit", bert)

    [audit] = client.get("/api/quality").json()["audits"]
    assert (audit["compared"], audit["pairs"], audit["missed"], audit["added"]) == (1, 3, 1, 1)
    assert audit["mean_iou"]["value"] == pytest.approx((1 + 0.8 + 0) / 3, abs=1e-4)
    assert audit["above_75"]["value"] == pytest.approx(2 / 3)
    assert audit["above_90"]["value"] == pytest.approx(1 / 3)
    assert len(masks(client, image)) == 3  # the batch itself stays as it was
    assert "First batch: audit 1" in batches(client)

    # Nothing of it is in the way of deleting the batch.
    assert client.delete(f"/api/batches/{batch_id}").status_code == 204
    assert client.get("/api/quality").json() == {"second_looks": [], "audits": []}
