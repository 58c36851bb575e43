"""Photos in exports, images without masks, and both on their way into another project."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image as Picture
from sqlalchemy import update

from backend.core.database import session_scope
from backend.images.models import Image, WorkState
from backend.runtime import Runtime
from tests.backend.drawing import draw
from tests.backend.pictures import photo
from tests.backend.test_exchange_round_trip import content_of
from tests.backend.test_exports import run_export, save
from tests.backend.test_exports_formats import FORMATS, archive_of
from tests.backend.test_imports import counts, imported

PLACES = {  # of the photos a.png, lying.jpg, a.png (another one) and empty.png
    "coco": "images/",
    "coco_polygons": "images/",
    "sa1b": "",
    "png": "images/",
    "yolo": "images/",
}


def lying() -> bytes:
    """A JPEG that says that it has to be turned: browsers show it 40 wide and 60 high."""
    pixels = np.random.default_rng(4).integers(0, 256, (40, 60, 3), np.uint8)
    exif = Picture.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    Picture.fromarray(pixels).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


@pytest.fixture
def photos(runtime: Runtime, client: TestClient) -> dict[str, bytes]:
    """Photos with masks on all but the last two, of which one was submitted without any."""
    sent = [("a.png", photo(1)), ("lying.jpg", lying()), ("a.png", photo(2)), ("empty.png", photo(3))]
    sent.append(("not looked at yet.png", photo(4)))
    files = [("files", file) for file in sent]
    report = client.post("/api/images", files=files).json()
    random = np.random.default_rng(6)
    for verdict in report["files"][:3]:
        image = client.get(f"/api/images/{verdict['image_id']}").json()
        free = np.ones((image["height"], image["width"]), np.uint8)
        for _ in range(2):
            bitmap = draw(random, width=image["width"], height=image["height"]) & free
            free &= 1 - bitmap
            save(runtime, UUID(image["id"]), bitmap)
    submit(runtime, "empty.png")
    return dict(sent)


def submit(runtime: Runtime, name: str) -> None:
    with session_scope(runtime.sessions) as session:
        session.execute(update(Image).where(Image.name == name).values(work_state=WorkState.SUBMITTED))


def exported_with(runtime: Runtime, client: TestClient, **wanted: Any) -> tuple[dict[str, Any], bytes]:
    export = run_export(runtime, client, wanted)
    assert (export["state"], export["error"]) == ("done", None)
    return export, client.get(export["download_url"]).content


@pytest.mark.parametrize("format_", FORMATS)
def test_photos_lie_where_the_layout_has_them(
    runtime: Runtime, client: TestClient, photos: dict[str, bytes], format_: str
) -> None:
    export, content = exported_with(runtime, client, format=format_, with_photos=True, with_empty_images=True)
    assert export["file_name"].endswith(".zip")
    files = archive_of(content)
    place = PLACES[format_]
    second = f"a~{hashlib.sha256(photo(2)).hexdigest()[:8]}"
    assert files[f"{place}a.png"] == photo(1)
    assert files[f"{place}{second}.png"] == photos["a.png"]
    assert files[f"{place}empty.png"] == photos["empty.png"]
    with Picture.open(io.BytesIO(files[f"{place}lying.png"])) as turned:  # as masks refer to it
        assert turned.size == (40, 60)
    assert f"{place}not looked at yet.png" not in files
    manifest = json.loads(files["manifest.json"])
    assert (manifest["photos"]["folder"], manifest["photos"]["count"]) == (place, 4)
    assert manifest["counts"]["images"] == 4
    assert manifest["counts"]["images_without_masks"] == export["empty_image_count"] == 1
    sums = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    if format_ == "sa1b":
        assert json.loads(files[f"{second}.json"])["image"]["file_name"] == f"{second}.png"
        assert json.loads(files["empty.json"])["annotations"] == []
    elif format_ == "yolo":
        assert files["labels/empty.txt"] == b""
        assert files[f"labels/{second}.txt"]
    elif format_ == "png":
        with Picture.open(io.BytesIO(files["empty.png"])) as empty:
            assert empty.getextrema() == (0, 0)
    else:
        listed = json.loads(files["annotations.json"])["images"]
        assert [f"images/{image['file_name']}" in files for image in listed] == [True] * 4


@pytest.mark.parametrize("format_", FORMATS)
def test_export_with_photos_makes_an_equal_project(
    runtime: Runtime, client: TestClient, photos: dict[str, bytes], format_: str
) -> None:
    wanted = {"format": format_, "with_photos": True, "with_empty_images": True}
    _, first = exported_with(runtime, client, **wanted)
    project = client.post("/api/projects", json={"name": "Another"}).json()
    with TestClient(client.app, base_url="http://localhost", headers=dict(client.headers)) as there:
        there.params = there.params.set("project", project["id"])
        report = there.post("/api/images", files={"files": ("export.zip", first)}).json()
        assert (report["imported"], report["refused"]) == (4, 0)
        [batch] = there.get("/api/batches").json()
        form = {"mask_state": "accepted", "batch_id": batch["id"]}
        assert counts(imported(runtime, there, first, "export.zip", **form)) == ("done", 6, 0, 0)
        submit(runtime, "empty.png")
        _, second = exported_with(runtime, there, **wanted)
    assert compared(second) == compared(first)


def compared(raw: bytes) -> Any:
    files = content_of(raw)
    if "annotations.json" in files:
        files["annotations.json"] = content_of(archive_of(raw)["annotations.json"])
    return files


def test_images_without_masks_are_in_by_the_custom_of_the_format(
    runtime: Runtime, client: TestClient, photos: dict[str, bytes]
) -> None:
    counted = {
        format_: run_export(runtime, client, {"format": format_})["empty_image_count"] for format_ in FORMATS
    }
    assert counted == {"coco": 1, "coco_polygons": 1, "sa1b": 0, "png": 1, "yolo": 1}
    left_out = run_export(runtime, client, {"format": "coco", "with_empty_images": False})
    assert (left_out["image_count"], left_out["empty_image_count"]) == (3, 0)


def test_open_images_are_no_negatives_unless_asked_for(
    runtime: Runtime, client: TestClient, photos: dict[str, bytes]
) -> None:
    assert client.get("/api/exports/preview").json()["empty_image_count"] == 1
    asked = client.get("/api/exports/preview", params={"review_states": ["open"]}).json()
    assert (asked["image_count"], asked["empty_image_count"]) == (3, 1)
    # Masks that a filter leaves out do not make their image an empty one.
    filtered = client.get("/api/exports/preview", params={"sources": ["imported"]}).json()
    assert (filtered["image_count"], filtered["empty_image_count"]) == (0, 1)
    export, content = exported_with(runtime, client, format="coco", filters={"sources": ["imported"]})
    assert [image["file_name"] for image in json.loads(content)["images"]] == ["empty.png"]
    assert (export["image_count"], export["mask_count"]) == (1, 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "The photo a.png is missing in the storage."), (b"rotten", "The photo a.png is damaged")],
)
def test_missing_or_damaged_photo_is_named(
    runtime: Runtime,
    client: TestClient,
    photos: dict[str, bytes],
    content: bytes | None,
    reason: str,
) -> None:
    sha256 = hashlib.sha256(photo(1)).hexdigest()
    key = f"originals/{sha256[:2]}/{sha256}"
    runtime.storage.delete(key)
    if content is not None:
        runtime.storage.put(key, content)
    export = run_export(runtime, client, {"format": "yolo", "with_photos": True})
    assert export["state"] == "failed"
    assert reason in export["error"]
