"""Exported, imported into an empty project, exported again: the same masks.

The same are: images by name, size and content; their masks in order, each with its pixels, its label's name,
predicted IoU, stability score, point and crop box. New are ids, times, stage, source (imported) and author.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient

from backend.app import create_app
from backend.core.migrations import migrate
from backend.images.importing import Upload, import_uploads
from backend.runtime import Runtime, open_runtime
from backend.settings import Settings
from backend.users.models import Role
from tests.backend.drawing import Bitmap, draw, mask_body
from tests.backend.pictures import photo
from tests.backend.test_exports import change_behind_our_back
from tests.backend.test_exports_formats import archive_of, exported
from tests.backend.test_imports import counts, imported
from tests.backend.worlds import add_person, first_project

SIZES = {"one.png": (64, 48), "two.png": (33, 71), "a/two.png": (50, 20)}
NEW = ("maskloop_id", "source", "stage", "active_ms", "model_id")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Runtime]:
    """Another Maskloop, with nothing in it."""
    runtime = open_runtime(Settings(data_dir=tmp_path / "other"))
    migrate(runtime.engine)
    yield runtime
    runtime.engine.dispose()


def import_photos(runtime: Runtime) -> list[str]:
    uploads = [
        Upload(name, BytesIO(photo(seed, size))) for seed, (name, size) in enumerate(SIZES.items(), start=70)
    ]
    report = import_uploads(
        runtime.sessions, runtime.storage, runtime.settings, uploads, first_project(runtime)
    )
    return [str(file.image_id) for file in report.files]


def fill(runtime: Runtime, client: TestClient, *, overlapping: bool) -> None:
    cat, dog = ({"id": str(uuid4()), "name": name, "colour": "#0072b2"} for name in ("Cat", "black dog"))
    client.patch("/api/project", json={"labels": [cat, dog]})
    random = np.random.default_rng(5)
    for image_id, (width, height) in zip(import_photos(runtime), SIZES.values(), strict=True):
        taken = np.zeros((height, width), np.uint8)
        for label in (cat, None, dog, cat):
            bitmap: Bitmap = draw(random, width=width, height=height)
            if not overlapping:
                bitmap &= 1 - taken
                taken |= bitmap
            if not bitmap.any():
                continue
            mask_id = str(uuid4())
            label_id = label["id"] if label else None
            client.put(f"/api/masks/{mask_id}", json=mask_body(image_id, bitmap, label_id=label_id))  # type: ignore[arg-type]
            by_machine = {"stability_score": 0.96, "point": [3.5, 4.0], "crop_box": [0, 0, width, height]}
            change_behind_our_back(runtime, mask_id, **by_machine)


def content_of(raw: bytes) -> Any:
    """What is compared of a file: all but what is new of itself."""
    if raw.startswith(b"{"):
        file = json.loads(raw)
        for record in [*file["images"], *file["annotations"], *file["categories"]]:
            for key in NEW:
                record.pop(key, None)
        return {key: file[key] for key in ("images", "annotations", "categories")}
    files = archive_of(raw)
    del files["manifest.json"], files["SHA256SUMS"]
    for name in [name for name in files if name.endswith(".json")]:
        document = json.loads(files[name])
        for record in document.get("annotations", document.get("masks", [])):
            for key in NEW:
                record.pop(key, None)
        files[name] = document
    return files


@pytest.mark.parametrize("format_", ["coco", "coco_polygons", "sa1b", "png", "yolo"])
def test_round_trip_keeps_every_mask(
    runtime: Runtime, client: TestClient, other: Runtime, format_: str
) -> None:
    fill(runtime, client, overlapping=format_ != "png")
    first = exported(runtime, client, format_)
    admin = add_person(other, "admin", Role.ADMIN)
    with TestClient(create_app(other), base_url="http://localhost", headers=admin.headers) as there:
        import_photos(other)
        masks_sent = sum(
            len(client.get(f"/api/images/{image['id']}/masks").json())
            for image in client.get("/api/images").json()["items"]
        )
        out = imported(other, there, first, "export", mask_state="accepted")
        assert counts(out) == ("done", masks_sent, 0, 0)
        second = exported(other, there, format_)
    assert content_of(second) == content_of(first)
