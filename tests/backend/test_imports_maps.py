"""Label maps of VOC, CVAT, Cellpose and others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image as PillowImage

from backend.layouts.map_colours import voc_colours
from backend.runtime import Runtime
from tests.backend.drawing import add_image
from tests.backend.foreign import HEIGHT, WIDTH, archive_of, bitmap, masks_by_image, noise, picture
from tests.backend.pictures import encoded
from tests.backend.test_imports import counts, imported, masks, problems

pytestmark = pytest.mark.usefixtures("exact_tallies")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No rule here depends on the kind of database."""
    return sqlite_url


TWO = bitmap((5, 5, 15, 15), (30, 20, 10, 4))  # 225 and 40 pixels
VOC = np.array(voc_colours(), np.uint8)


@pytest.fixture(autouse=True)
def image(runtime: Runtime) -> None:
    add_image(runtime, name="cell.jpg", width=WIDTH, height=HEIGHT)


def areas(runtime: Runtime) -> list[int]:
    return [mask.area_px for mask in masks(runtime)]


def labels(client: TestClient) -> list[str]:
    return [label["name"] for label in client.get("/api/project").json()["labels"]]


def with_void(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    ringed = values.copy()
    ringed[4, 4:22] = 255
    return ringed


def indexed(values: np.ndarray[Any, Any]) -> bytes:
    """With VOC's palette."""
    picture = PillowImage.fromarray(values.astype(np.uint8), "P")
    picture.putpalette(VOC.ravel().tolist())
    return encoded(picture)


def test_colours_of_voc_are_the_published_ones() -> None:
    assert voc_colours()[:4] == [(0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0)]
    assert voc_colours()[255] == (224, 224, 192)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cell.png", picture(TWO)),
        ("cell.tif", picture(TWO.astype(np.uint16), "TIFF")),
        ("cell.tiff", picture(TWO.astype(np.int32) * 300, "TIFF")),
        ("cell_cp_masks.png", picture(TWO.astype(np.uint16))),
        ("cell_masks.tif", picture(TWO.astype(np.float32), "TIFF")),
        ("cell.png", picture(VOC[TWO])),
        ("cell.png", indexed(TWO)),
        ("cell.png", picture(with_void(TWO))),
        ("cell.png", indexed(with_void(TWO))),
        ("cell.png", picture(VOC[with_void(TWO)])),
        ("cell.png", picture(np.stack([TWO] * 3, axis=-1))),
    ],
    ids=[
        "png",
        "tiff",
        "tiff of 32 bits",
        "cellpose",
        "float",
        "colours",
        "palette",
        "void",
        "void in a palette",
        "void in colours",
        "grey as RGB",
    ],
)
def test_bare_map_is_the_masks_of_its_image(
    runtime: Runtime, client: TestClient, name: str, content: bytes
) -> None:
    assert counts(imported(runtime, client, content, name)) == ("done", 2, 0, 0)
    assert areas(runtime) == [225, 40]


@pytest.mark.parametrize("value", [1, 255])
def test_black_and_white_map_is_one_mask(runtime: Runtime, client: TestClient, value: int) -> None:
    content = picture((TWO == 1).astype(np.uint8) * value)
    assert counts(imported(runtime, client, content, "cell_mask.png")) == ("done", 1, 0, 0)
    assert areas(runtime) == [225]


def test_void_of_a_palette_is_no_object_even_alone(runtime: Runtime, client: TestClient) -> None:
    assert counts(imported(runtime, client, indexed((TWO == 1) * 255), "cell.png")) == ("done", 0, 0, 0)


def test_255th_object_of_255_is_one(runtime: Runtime, client: TestClient) -> None:
    values = np.zeros((HEIGHT, WIDTH), np.uint8)
    values[:16, :16] = np.arange(256).reshape(16, 16)
    values = values.repeat(2, axis=0).repeat(2, axis=1)[:HEIGHT, :WIDTH]
    assert counts(imported(runtime, client, picture(values), "cell.png")) == ("done", 255, 0, 0)


def test_photo_beside_its_map_is_no_map(runtime: Runtime, client: TestClient) -> None:
    for files in (
        {"cell.png": noise(1), "cell_cp_masks.png": picture(TWO), "cell_flows.tif": noise(2)},
        {"images/cell.png": noise(1), "masks/cell.png": picture(TWO)},
    ):
        out = imported(runtime, client, archive_of(files), "maps.zip")
        assert (out["added"] + out["known"], out["refused"]) == (2, 0)
    assert areas(runtime) == [225, 40]


@pytest.mark.parametrize(
    "colours",
    [
        {"labelmap.txt": "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:250,50,83::\n"},
        {"class_names.txt": "__ignore__\n_background_\ncat\n"},
    ],
    ids=["cvat", "labelme"],
)
def test_objects_get_their_class_from_the_map_of_classes(
    runtime: Runtime, client: TestClient, colours: dict[str, str]
) -> None:
    kinds = np.clip(TWO, 0, 1)
    if "labelmap.txt" in colours:
        painted = kinds[..., None] * np.array([250, 50, 83], np.uint8)
        files = {"SegmentationClass/cell.png": picture(painted)}
        files["SegmentationObject/cell.png"] = picture(VOC[TWO])
    else:
        files = {"SegmentationClassPNG/cell.png": indexed(kinds)}
        files["SegmentationObjectPNG/cell.png"] = indexed(with_void(TWO))
    out = imported(
        runtime, client, archive_of({**colours, **files, "JPEGImages/cell.png": noise(1)}), "voc.zip"
    )
    assert counts(out) == ("done", 2, 0, 0)
    assert labels(client) == ["cat"]
    assert areas(runtime) == [225, 40]


def test_map_of_classes_alone_is_a_mask_a_class(runtime: Runtime, client: TestClient) -> None:
    colours = "background:0,0,0::\ncat:250,50,83::\ndog:1,2,3::\n"
    painted = np.array([[0, 0, 0], [250, 50, 83], [1, 2, 3]], np.uint8)[TWO]
    content = archive_of({"labelmap.txt": colours, "SegmentationClass/cell.png": picture(painted)})
    assert counts(imported(runtime, client, content, "voc.zip")) == ("done", 2, 0, 0)
    assert sorted(labels(client)) == ["cat", "dog"]


def stack() -> bytes:
    first, second = PillowImage.fromarray(TWO), PillowImage.fromarray(TWO)
    return encoded(first, "TIFF", save_all=True, append_images=[second])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (noise(3), "looks like a photo"),
        (picture(np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)), "has colours"),
        (picture(TWO.astype(np.float32) / 3, "TIFF"), "has fractions"),
        (picture(TWO.astype(np.int32) * 70_000, "TIFF"), "above 65535"),
        (stack(), "2 pages"),
        (b"\x89PNG\r\n\x1a\n", "cannot be read"),
    ],
)
def test_what_is_no_map_is_refused_with_the_reason(
    runtime: Runtime, client: TestClient, content: bytes, reason: str
) -> None:
    out = imported(runtime, client, content, "cell.png")
    assert counts(out) == ("failed", 0, 0, 0)
    assert reason in out["error"]
    zipped = imported(runtime, client, archive_of({"cell.png": content}), "cell.zip")
    assert counts(zipped) == ("done", 0, 0, 1)
    assert reason in problems(client, zipped)[0][1]


def test_maps_of_one_name_go_to_the_images_of_their_folders(runtime: Runtime, client: TestClient) -> None:
    for name in ("a/001.png", "b/001.png"):
        add_image(runtime, name=name, width=WIDTH, height=HEIGHT)
    content = archive_of({"masks/a/001_mask.png": picture(TWO), "masks/b/001_mask.png": picture(TWO)})
    assert counts(imported(runtime, client, content, "maps.zip")) == ("done", 4, 0, 0)
    assert masks_by_image(runtime) == {"a/001.png": 2, "b/001.png": 2}
