"""Every layout, as the programs that it is for would read it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image as Picture
from pycocotools import mask as coco_mask
from sqlalchemy import update

from backend.app import create_app
from backend.core.database import session_scope
from backend.core.storage import Storage
from backend.images.models import Image, WorkState
from backend.masks.models import Mask, MaskSource, MaskState
from backend.projects.models import Batch, BatchKind, Stage
from backend.runtime import Runtime
from backend.users.models import Role
from tests.backend.drawing import Bitmap, add_image, draw
from tests.backend.test_exports import change_behind_our_back, export_by_job, save
from tests.backend.worlds import add_model, add_person, first_batch

FORMATS = ("coco", "coco_polygons", "sa1b", "png", "yolo")
Drawn = dict[str, list[Bitmap]]


def ring(height: int, width: int) -> Bitmap:
    """Two parts, one of them with a hole, touching the border."""
    bitmap = np.zeros((height, width), np.uint8)
    bitmap[0:9, 0:9] = 1
    bitmap[3:6, 3:6] = 0
    bitmap[height - 2 :, width - 1] = 1
    return bitmap


@pytest.fixture
def drawn(runtime: Runtime) -> Drawn:
    """Masks by the name of their image; two images have the same name."""
    random = np.random.default_rng(11)
    drawn: Drawn = {}
    for name, width, height in (("a/b: c?.jpg", 60, 40), ("street.png", 33, 71)):
        image_id = add_image(runtime, name=name, width=width, height=height)
        drawn[name] = [draw(random, width=width, height=height), ring(height, width)]
        for bitmap in drawn[name]:
            save(runtime, image_id, bitmap)
    return drawn


def exported(runtime: Runtime, client: TestClient, format_: str, **filters: Any) -> bytes:
    export = export_by_job(runtime, client, format_, **filters)
    assert (export["state"], export["error"]) == ("done", None)
    content = client.get(export["download_url"]).content
    assert hashlib.sha256(content).hexdigest() == export["sha256"]
    return content


def archive_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def assert_same(found: list[Bitmap], drawn: list[Bitmap]) -> None:
    assert len(found) == len(drawn)
    for one, other in zip(found, drawn, strict=True):
        np.testing.assert_array_equal(one, other)


def test_coco_polygons_are_the_masks_for_pycocotools(
    runtime: Runtime, client: TestClient, drawn: Drawn
) -> None:
    file = json.loads(exported(runtime, client, "coco_polygons"))
    for image in file["images"]:
        annotations = [one for one in file["annotations"] if one["image_id"] == image["id"]]
        size = image["height"], image["width"]
        found = [
            coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects(one["segmentation"], *size)))
            for one in annotations
        ]
        assert_same(found, drawn[image["file_name"]])


def test_sa1b_has_a_file_per_image(runtime: Runtime, client: TestClient, drawn: Drawn) -> None:
    files = archive_of(exported(runtime, client, "sa1b"))
    assert set(files) == {"b_ c_.json", "street.json", "manifest.json", "SHA256SUMS"}
    for name in ("b_ c_.json", "street.json"):
        document = json.loads(files[name])
        masks = document["annotations"]
        assert_same(
            [coco_mask.decode(one["segmentation"]) for one in masks], drawn[document["image"]["file_name"]]
        )
        assert masks[0]["id"] == 1
        x, y, width, height = masks[1]["bbox"]
        assert (x, y, width, height) == (
            0,
            0,
            document["image"]["width"] - 1,
            document["image"]["height"] - 1,
        )


def test_label_maps_have_later_masks_on_top_and_say_what_that_hides(
    runtime: Runtime, client: TestClient
) -> None:
    image_id = add_image(runtime, name="stack.jpg", width=6, height=4)
    below, covered, above = (np.zeros((4, 6), np.uint8) for _ in range(3))
    below[:, :4] = covered[1, 1] = 1
    above[1:3, 1:6] = 1
    for bitmap in (below, covered, above):
        save(runtime, image_id, bitmap)
    files = archive_of(exported(runtime, client, "png"))
    with Picture.open(io.BytesIO(files["stack.png"])) as picture:
        assert picture.mode == "I;16"
        labels = np.asarray(picture)
    np.testing.assert_array_equal(labels == 3, above)
    np.testing.assert_array_equal(labels == 1, below & ~above & 1)
    masks = json.loads(files["stack.json"])["masks"]
    assert [(mask["value"], mask["area"], mask["visible_px"]) for mask in masks] == [
        (1, 16, 10),
        (2, 1, 0),
        (3, 10, 10),
    ]
    manifest = json.loads(files["manifest.json"])
    assert manifest["overlap"] == {"rule": "later masks are on top", "hidden_px": 7, "hidden_masks": 1}
    assert manifest["counts"] == {"images": 1, "images_without_masks": 0, "masks": 3, "area_px": 27}


def test_yolo_has_one_polygon_a_mask(runtime: Runtime, client: TestClient, drawn: Drawn) -> None:
    files = archive_of(exported(runtime, client, "yolo"))
    for image in csv.DictReader(io.StringIO(files["images.csv"].decode())):
        size = int(image["height"]), int(image["width"])
        found = []
        for line in files[image["labels"]].decode().splitlines():
            number, *values = line.split()
            places = np.array(values, np.float64)
            assert number == "0"
            assert ((places >= 0) & (places <= 1)).all()
            places[0::2] *= size[1]
            places[1::2] *= size[0]
            [counts] = coco_mask.frPyObjects([places.tolist()], *size)
            found.append(coco_mask.decode(counts))
        assert_same(found, drawn[image["file_name"]])
    assert "labels/street.txt" in files
    assert b'  0: "object"' in files["data.yaml"]


def test_images_of_one_name_have_files_of_their_own(runtime: Runtime, client: TestClient) -> None:
    for name in ("a.jpg", "A.png", "a.jpg"):
        save(runtime, add_image(runtime, name=name), draw(np.random.default_rng(1)))
    names = [name for name in archive_of(exported(runtime, client, "sa1b")) if name.endswith(".json")]
    assert len({name.casefold() for name in names}) == 4
    assert "a.json" in names


@pytest.mark.parametrize("format_", FORMATS)
def test_manifest_tells_counts_settings_and_the_checksum(
    runtime: Runtime, client: TestClient, drawn: Drawn, format_: str
) -> None:
    export = export_by_job(runtime, client, format_, stages=["assisted_manual"])
    content = client.get(export["download_url"]).content
    manifest = client.get(f"/api/exports/{export['id']}/manifest").json()
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["size_bytes"] == len(content)
    assert manifest["filters"]["stages"] == ["assisted_manual"]
    area_px = sum(int(bitmap.sum()) for bitmaps in drawn.values() for bitmap in bitmaps)
    assert manifest["counts"] == {"images": 2, "images_without_masks": 0, "masks": 4, "area_px": area_px}
    if not format_.startswith("coco"):
        files = archive_of(content)
        sums = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())
        assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        assert json.loads(files["manifest.json"])["files"] == len(files) - 1


@pytest.mark.parametrize("format_", FORMATS)
def test_same_masks_give_the_same_file(
    runtime: Runtime, client: TestClient, drawn: Drawn, format_: str
) -> None:
    def content() -> object:
        raw = exported(runtime, client, format_)
        files = {"": raw} if raw.startswith(b"{") else archive_of(raw)
        files.pop("manifest.json", None), files.pop("SHA256SUMS", None)
        return {name: data.replace(data[:200], b"") if not name else data for name, data in files.items()}

    assert content() == content()


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("values", "reason"),
    [({"area_px": 1}, "were written; the database has "), ({"rle_counts": "abc"}, "does not decode")],
)
def test_no_format_keeps_a_file_that_disagrees_with_the_database(
    runtime: Runtime, client: TestClient, drawn: Drawn, format_: str, values: dict[str, Any], reason: str
) -> None:
    with session_scope(runtime.sessions) as session:
        [first, *_] = session.scalars(Mask.__table__.select().with_only_columns(Mask.id))
    change_behind_our_back(runtime, str(first), **values)
    export = export_by_job(runtime, client, format_)
    assert (export["state"], export["download_url"]) == ("failed", None)
    assert reason in export["error"]


def test_filters_leave_in_what_they_name(runtime: Runtime, client: TestClient) -> None:
    model_id = add_model(runtime)
    with session_scope(runtime.sessions) as session:
        first = first_batch(session)
        other = Batch(project_id=first.project_id, name="Night", stage=Stage.SEMI_AUTOMATIC)
        second_look = Batch(
            project_id=first.project_id,
            name="Again",
            stage=Stage.ASSISTED_MANUAL,
            kind=BatchKind.SECOND_LOOK,
            parent_id=first.id,
        )
        session.add_all([other, second_look])
    images = [add_image(runtime, name=f"{number}.jpg") for number in range(3)]
    with session_scope(runtime.sessions) as session:
        session.execute(update(Image).where(Image.id == images[1]).values(batch_id=other.id))
        session.execute(update(Image).where(Image.id == images[0]).values(work_state=WorkState.DONE))
        again = {"batch_id": second_look.id, "original_id": images[0]}
        session.execute(update(Image).where(Image.id == images[2]).values(**again))
    clicked, detected, proposed, looked = (
        save(runtime, image_id, draw(np.random.default_rng(number)))
        for number, image_id in enumerate([images[0], images[1], images[1], images[2]])
    )
    machine = {"source": MaskSource.DETECTED, "model_id": model_id, "stage": Stage.SEMI_AUTOMATIC}
    change_behind_our_back(runtime, detected, **machine)
    change_behind_our_back(runtime, proposed, state=MaskState.PROPOSED)

    def held(**filters: Any) -> set[str]:
        file = json.loads(exported(runtime, client, "coco", **filters))
        return {annotation["maskloop_id"] for annotation in file["annotations"]}

    assert held() == {clicked, detected}
    assert looked not in held()
    assert held(batch_ids=[str(other.id)]) == {detected}
    assert held(stages=["assisted_manual"]) == {clicked}
    assert held(sources=["detected", "merged"]) == {detected}
    assert held(review_states=["done"]) == {clicked}
    assert held(model_ids=[str(model_id)]) == {detected}
    assert held(model_ids=[str(model_id)], review_states=["done"]) == set()

    shown = client.get("/api/exports/preview", params={"stages": ["semi_automatic"]}).json()
    assert (shown["image_count"], shown["mask_count"]) == (1, 1)
    assert [(choice["value"], choice["masks"]) for choice in shown["stages"]] == [
        ("assisted_manual", 1),
        ("semi_automatic", 1),
    ]
    assert [(choice["name"], choice["masks"]) for choice in shown["batch_ids"]] == [("Night", 1)]
    assert shown["model_ids"] == [{"value": str(model_id), "name": f"model-{'e' * 8}", "masks": 1}]
    unknown = client.post("/api/exports", json={"format": "coco", "filters": {"stage": ["done"]}})
    assert unknown.json()["code"] == "invalid_request"


def test_cut_off_download_goes_on_where_it_stopped(
    runtime: Runtime, client: TestClient, drawn: Drawn
) -> None:
    url = export_by_job(runtime, client, "sa1b")["download_url"]
    whole = client.get(url)
    assert whole.headers["accept-ranges"] == "bytes"
    rest = client.get(url, headers={"Range": "bytes=100-", "If-Range": whole.headers["etag"]})
    assert (rest.status_code, rest.content) == (206, whole.content[100:])
    assert rest.headers["content-range"] == f"bytes 100-{len(whole.content) - 1}/{len(whole.content)}"
    changed = client.get(url, headers={"Range": "bytes=100-", "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, whole.content)


def test_exports_are_listed_newest_first_and_go_with_their_files(
    runtime: Runtime, client: TestClient, drawn: Drawn
) -> None:
    made = [export_by_job(runtime, client, format_)["id"] for format_ in ("coco", "sa1b", "png")]
    first = client.get("/api/exports", params={"limit": 2}).json()
    second = client.get("/api/exports", params={"limit": 2, "after": first["next"]}).json()
    assert [item["id"] for item in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    assert first["items"][0]["created_by_name"] == "admin"
    folder = runtime.settings.data_dir / "blobs" / "exports"
    assert client.delete(f"/api/exports/{made[0]}").status_code == 204
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 2
    assert client.get(f"/api/exports/{made[0]}").json()["code"] == "export_not_found"
    assert client.delete(f"/api/exports/{made[0]}").json()["code"] == "export_not_found"


def test_failed_export_can_be_tried_again(runtime: Runtime, client: TestClient, drawn: Drawn) -> None:
    with session_scope(runtime.sessions) as session:
        mask = session.get_one(Mask, UUID(save(runtime, add_image(runtime), draw(np.random.default_rng(2)))))
        area_px = mask.area_px
    change_behind_our_back(runtime, str(mask.id), area_px=1)
    failed = export_by_job(runtime, client)
    assert failed["state"] == "failed"
    change_behind_our_back(runtime, str(mask.id), area_px=area_px)
    queued = client.post(f"/api/exports/{failed['id']}/retry").json()
    assert (queued["state"], queued["error"]) == ("queued", None)
    assert client.post(f"/api/exports/{uuid4()}/retry").json()["code"] == "export_not_found"


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=10-", 10, None), ("bytes=10-19", 10, 20), ("bytes=-7", -7, None), ("bytes=0-99999999", 0, None)],
)
def test_file_kept_elsewhere_is_sent_in_ranges_too(
    runtime: Runtime, client: TestClient, drawn: Drawn, tmp_path: Path, asked: str, start: int, stop: int
) -> None:
    elsewhere = Runtime(
        settings=runtime.settings,
        engine=runtime.engine,
        sessions=runtime.sessions,
        storage=Storage(f"memory://{tmp_path.name}"),
    )
    admin = add_person(runtime, "Nils", Role.MANAGER)
    with TestClient(create_app(elsewhere), base_url="http://localhost", headers=admin.headers) as there:
        url = export_by_job(elsewhere, there, "sa1b")["download_url"]
        whole = there.get(url)
        assert whole.headers["accept-ranges"] == "bytes"
        part = there.get(url, headers={"Range": asked, "If-Range": whole.headers["etag"]})
        assert (part.status_code, part.content) == (206, whole.content[start:stop])
        size = len(whole.content)
        first = start % size
        assert part.headers["content-range"] == f"bytes {first}-{first + len(part.content) - 1}/{size}"
        beyond = there.get(url, headers={"Range": f"bytes={size}-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
        changed = there.get(url, headers={"Range": asked, "If-Range": '"another"'})
        assert (changed.status_code, changed.content) == (200, whole.content)
