"""COCO files as CVAT, Datumaro, LVIS and others write them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from backend.core.database import session_scope
from backend.layouts.rows import LayoutError
from backend.layouts.segmentation import read_mask
from backend.projects import service as projects
from backend.projects.schemas import MAX_LABELS
from backend.runtime import Runtime
from tests.backend.drawing import add_image, counts_of
from tests.backend.foreign import HEIGHT, SQUARE, SQUARE_PX, WIDTH, bitmap, coco, masks_by_image
from tests.backend.test_imports import counts, imported, masks, problems
from tests.backend.worlds import first_project

pytestmark = pytest.mark.usefixtures("exact_tallies")

BRUSHED = np.clip(bitmap((10, 10, 20, 10)), 0, 1)
BRUSHED[13:16, 15:20] = 0
RUNS = np.diff(np.flatnonzero(np.diff(BRUSHED.ravel(order="F"), prepend=2, append=2))).tolist()


def bring(runtime: Runtime, client: TestClient, document: object) -> dict[str, Any]:
    return imported(runtime, client, json.dumps(document).encode())


@pytest.fixture
def cell(runtime: Runtime) -> None:
    add_image(runtime, name="cell.png", width=WIDTH, height=HEIGHT)


@pytest.mark.usefixtures("cell")
@pytest.mark.parametrize("iscrowd", [1, None, "1", True, 0.0])
@pytest.mark.parametrize("counts_", [RUNS, [float(run) for run in RUNS], counts_of(BRUSHED)])
def test_runs_are_one_mask_whatever_iscrowd_says(
    runtime: Runtime, client: TestClient, iscrowd: object, counts_: object
) -> None:
    rle = {"counts": counts_, "size": [HEIGHT, WIDTH]}
    out = bring(runtime, client, coco("cell.png", segmentation=rle, iscrowd=iscrowd, attributes={}))
    assert counts(out) == ("done", 1, 0, 0)
    [mask] = masks(runtime)
    assert (mask.area_px, mask.rle_counts) == (185, counts_of(BRUSHED))
    assert out["files"][0]["note"] == (
        "1 masks marked iscrowd taken as objects" if iscrowd in (1, "1") else None
    )


@pytest.mark.usefixtures("cell")
@pytest.mark.parametrize("ids", [("1", 1), (1, "1"), (1.0, 1), (1, 1.0)])
def test_ids_are_the_same_as_text_and_as_numbers(
    runtime: Runtime, client: TestClient, ids: tuple[object, object]
) -> None:
    document = coco("cell.png", image_id=ids[1], category_id=ids[1])
    document["images"][0]["id"] = document["categories"][0]["id"] = ids[0]
    assert counts(bring(runtime, client, document)) == ("done", 1, 0, 0)


@pytest.mark.parametrize(
    "polygons",
    [[SQUARE, []], [[], SQUARE], [SQUARE, [1, 2, 3, 4]], [[7, 7], SQUARE, [1, 1, 1, 1, 1, 1]], SQUARE],
)
def test_degenerate_polygon_drops_alone(polygons: list[Any]) -> None:
    assert read_mask(polygons, HEIGHT, WIDTH).area_px == SQUARE_PX


@pytest.mark.parametrize("polygons", [[], [[]], [[1, 2, 3, 4]], [SQUARE, [1, 2, float("nan"), 3, 4, 5]]])
def test_mask_without_a_good_polygon_or_with_a_broken_one_is_refused(polygons: list[Any]) -> None:
    with pytest.raises(LayoutError):
        read_mask(polygons, HEIGHT, WIDTH)


def test_lvis_names_come_from_urls_and_records_without_either_are_refused_alone(
    runtime: Runtime, client: TestClient
) -> None:
    for name in ("000000000001.png", "000000000002.png"):
        add_image(runtime, name=name, width=WIDTH, height=HEIGHT)
    document = coco("", "", "")
    for number, image in enumerate(document["images"][:2], start=1):
        image["coco_url"] = f"http://images.cocodataset.org/val2017/{number:012}.png"
    del document["images"][0]["file_name"]
    out = bring(runtime, client, document)
    assert masks_by_image(runtime) == {"000000000001.png": 1, "000000000002.png": 1}
    assert problems(client, out) == [
        ("images.2", "it has neither file_name nor coco_url"),
        ("annotation 2", "its image 3 (images.2) is refused: it has neither file_name nor coco_url"),
    ]


@pytest.mark.usefixtures("cell")
@pytest.mark.parametrize(
    ("key", "record"),
    [
        ("images", {"id": 2}),
        ("images", "cell.png"),
        ("images", {"id": 2, "file_name": "b.png", "width": "wide"}),
        ("categories", {"id": 2}),
        ("categories", {"id": None, "name": "dog"}),
        ("categories", None),
    ],
)
def test_bad_record_is_refused_by_itself(
    runtime: Runtime, client: TestClient, key: str, record: object
) -> None:
    document = coco("cell.png")
    document[key].insert(0, record)
    out = bring(runtime, client, document)
    assert counts(out) == ("done", 1, 0, 1)
    assert problems(client, out)[0][0] == f"{key}.0"


@pytest.mark.usefixtures("cell")
def test_all_categories_of_lvis_become_labels(runtime: Runtime, client: TestClient) -> None:
    document = coco("cell.png")
    document["categories"] = [{"id": n, "name": f"kind {n}"} for n in range(1, 1204)]
    square = document["annotations"][0]
    document["annotations"] = [square | {"id": n, "category_id": n} for n in range(1, 1204)]
    out = bring(runtime, client, document)
    assert counts(out) == ("done", 1203, 0, 0)
    labels = client.get("/api/project").json()["labels"]
    assert {label["name"] for label in labels} == {f"kind {n}" for n in range(1, 1204)}
    assert client.patch("/api/project", json={"labels": labels}).status_code == 200


def test_label_beyond_the_limit_is_left_out_and_known_ones_are_found(runtime: Runtime) -> None:
    project_id = first_project(runtime)
    with session_scope(runtime.sessions) as session:
        names = [f"kind {n}" for n in range(MAX_LABELS)]
        made = projects.ensure_labels(session, project_id, names, but="object")
        again = projects.ensure_labels(session, project_id, ["KIND 7", "one more"], but="object")
    assert len(made) == MAX_LABELS
    assert again == {"KIND 7": made["kind 7"]}
