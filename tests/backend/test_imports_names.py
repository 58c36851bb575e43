"""Names of images are written one way, whatever system, archive or tool they come from."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from backend.images.sources import uploads_of
from backend.layouts.names import forms, split_of, tidied
from backend.runtime import Runtime
from tests.backend.drawing import add_image
from tests.backend.foreign import (
    HEIGHT,
    WIDTH,
    archive_of,
    archive_with_raw_names,
    coco,
    masks_by_image,
    noise,
    upload,
)
from tests.backend.pictures import photo
from tests.backend.test_exports_formats import archive_of as unpacked
from tests.backend.test_exports_formats import exported
from tests.backend.test_exports_photos import exported_with
from tests.backend.test_imports import counts, imported, problems

pytestmark = pytest.mark.usefixtures("exact_tallies")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No rule here depends on the kind of database."""
    return sqlite_url


def bring(runtime: Runtime, client: TestClient, *names: str, **form: str) -> dict[str, Any]:
    return imported(runtime, client, json.dumps(coco(*names)).encode(), **form)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"images\\train\\001.png", "images/train/001.png"),
        ("photos/café.png".encode(), "photos/café.png"),
        (unicodedata.normalize("NFD", "photos/café.png").encode(), "photos/café.png"),
        ("photos/Ünikürzel ß.png".encode("cp437"), "photos/Ünikürzel ß.png"),
        ("细胞/图片1.png".encode("gbk"), "细胞/图片1.png"),
        ("写真/細胞ソ.png".encode("cp932"), "写真/細胞ソ.png"),
        ("テスト.png".encode("cp932"), "テスト.png"),
    ],
    ids=["backslash", "utf-8", "decomposed", "cp437", "gbk", "shift-jis", "katakana"],
)
def test_name_in_an_archive_is_the_one_that_annotations_use(
    runtime: Runtime, client: TestClient, raw: bytes, name: str
) -> None:
    content = archive_with_raw_names({raw: noise(20)})
    assert upload(client, ("photos.zip", content)) == [name]
    assert counts(bring(runtime, client, unicodedata.normalize("NFD", name))) == ("done", 1, 0, 0)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Фото.png", "cp866"),
        ("ФОТО/СНИМОК.png", "cp866"),
        ("사진/세포.png", "euc_kr"),
        ("照片/細胞.png", "big5"),
        ("Köln/Größe.png", "cp437"),
        ("GRÖßE.png", "cp1252"),
        ("照.png", "gbk"),
    ],
)
def test_encoding_that_is_not_certain_is_not_guessed(client: TestClient, text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    content = archive_with_raw_names({raw: noise(20)})
    assert upload(client, ("photos.zip", content)) == [unicodedata.normalize("NFC", raw.decode("cp437"))]


@pytest.mark.parametrize(
    ("image", "annotated"),
    [
        ("my photo.png", "my%20photo.png"),
        ("my%20photo.png", "my photo.png"),
        ("100% cells.png", "100%25%20cells.png"),
        ("cell.png", "1a2b3c4d-cell.png"),
        ("1a2b3c4d-cell.png", "cell.png"),
        ("my cell (1).png", "images/1a2b3c4d-my_cell_1.png"),
        ("cell.png", "/data/upload/3/1a2b3c4d-cell.png"),
        ("day 1/cell.png", "/data/local-files/?d=day%201%5Ccell.png"),
        ("cell.png", "https://example.org/shots/cell.png?token=7"),
        ("cell.png", "C:\\Users\\me\\cell.png"),
        ("cell.png", "./CELL.PNG"),
    ],
)
def test_annotations_find_the_image_that_a_tool_renamed(
    runtime: Runtime, client: TestClient, image: str, annotated: str
) -> None:
    add_image(runtime, name=image, width=WIDTH, height=HEIGHT)
    assert counts(bring(runtime, client, annotated)) == ("done", 1, 0, 0)


def test_literal_name_comes_before_a_derived_one(runtime: Runtime, client: TestClient) -> None:
    for name in ("a%20b.png", "a b.png", "1a2b3c4d-cell.png", "cell.png"):
        add_image(runtime, name=name, width=WIDTH, height=HEIGHT)
    bring(runtime, client, "a b.png", "a%20b.png", "cell.png", "1a2b3c4d-cell.png")
    assert masks_by_image(runtime) == {
        "a%20b.png": 1,
        "a b.png": 1,
        "1a2b3c4d-cell.png": 1,
        "cell.png": 1,
    }


def test_images_of_one_name_in_two_folders_stay_two(runtime: Runtime, client: TestClient) -> None:
    content = archive_of({"a/001.png": noise(1), "b/001.png": noise(2)})
    assert upload(client, ("photos.zip", content)) == ["a/001.png", "b/001.png"]
    out = bring(runtime, client, "a/001.png", "set/b/001.png", "001.png", mask_state="accepted")
    assert counts(out) == ("done", 2, 0, 1)
    assert problems(client, out)[0][0] == "001.png"
    assert masks_by_image(runtime) == {"a/001.png": 1, "b/001.png": 1}
    file = json.loads(exported(runtime, client, "coco"))
    assert [image["file_name"] for image in file["images"]] == ["a/001.png", "b/001.png"]
    _, zipped = exported_with(runtime, client, format="coco", with_photos=True)
    files = unpacked(zipped)
    assert [name for name in files if name.startswith("images/")] == ["images/a/001.png", "images/b/001.png"]
    listed = json.loads(files["annotations.json"])["images"]
    assert [image["file_name"] for image in listed] == ["a/001.png", "b/001.png"]


def test_folder_decides_where_a_file_has_a_name_twice(runtime: Runtime, client: TestClient) -> None:
    """The only image of that name is perhaps the one of neither folder."""
    add_image(runtime, name="001.png", width=WIDTH, height=HEIGHT)
    out = bring(runtime, client, "a/001.png", "b/001.png")
    assert counts(out) == ("done", 0, 0, 2)
    assert "in several folders" in problems(client, out)[0][1]


def test_unsafe_paths_in_any_encoding_are_refused(client: TestClient) -> None:
    content = archive_with_raw_names({b"..\\..\\sneaky.png": photo(1), b"good\\one.png": photo(2)})
    report = client.post("/api/images", files=[("files", ("photos.zip", content))]).json()
    assert [(file["name"], file["code"]) for file in report["files"]] == [
        ("../../sneaky.png", "unsafe_path"),
        ("good/one.png", None),
    ]


def test_folders_that_are_named_on_the_command_line_give_names(tmp_path: Path) -> None:
    for name in ("a/001.png", "b/001.png"):
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"")
    assert [upload.name for upload in uploads_of([tmp_path / "photos", path])] == [
        "a/001.png",
        "b/001.png",
        "001.png",
    ]


def test_forms_of_a_name_begin_with_the_name_itself() -> None:
    assert tidied("..\\x/./y//z.png") == "x/y/z.png"
    assert forms("a/1a2b3c4d-my%20cell.png") == [
        "a/1a2b3c4d-my%20cell.png",
        "a/1a2b3c4d-my cell.png",
        "a/my cell.png",
        "a/my_cell.png",
    ]
    assert tidied("a\nb\0.png") == "a?b?.png"


@pytest.mark.parametrize(
    ("path", "split"),
    [
        ("annotations/instances_val2017.json", "val"),
        ("valid/_annotations.coco.json", "val"),
        ("training.json", "train"),
        ("latest.json", None),
        ("retrain/a.json", None),
    ],
)
def test_split_is_what_a_path_names(path: str, split: str | None) -> None:
    assert split_of(path) == split
