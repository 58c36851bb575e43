"""What of an archive is read as annotations, and what is said of each of its files."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from backend.core.database import session_scope
from backend.images.models import Image
from backend.runtime import Runtime
from tests.backend.drawing import add_image
from tests.backend.foreign import HEIGHT, WIDTH, archive_of, coco, masks_by_image, noise, upload
from tests.backend.test_imports import counts, imported, masks, problems

pytestmark = pytest.mark.usefixtures("exact_tallies")


def files(out: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        tuple(line[key] for key in ("name", "split", "added", "known", "refused", "note"))
        for line in out["files"]
    ]


@pytest.mark.parametrize("photo_name", ["images/default/grey.png", "grey.png", "masks/grey.tif"])
def test_coco_file_wins_over_pictures_beside_it(
    runtime: Runtime, client: TestClient, photo_name: str
) -> None:
    add_image(runtime, name="grey.png", width=WIDTH, height=HEIGHT)
    content = archive_of({photo_name: noise(3), "annotations/instances_default.json": coco("grey.png")})
    out = imported(runtime, client, content, "task.zip")
    assert counts(out) == ("done", 1, 0, 0)
    assert [mask.area_px for mask in masks(runtime)] == [225]


@pytest.mark.parametrize(
    "layout",
    [
        {"train": "annotations/instances_train2017.json", "val": "annotations/instances_val2017.json"},
        {"train": "train/_annotations.coco.json", "val": "valid/_annotations.coco.json"},
        {"train": "train.json", "val": "val.json", "test": "test.json"},
    ],
    ids=["coco", "roboflow", "plain"],
)
def test_every_split_is_read_into_the_images_of_its_folder(
    runtime: Runtime, client: TestClient, layout: dict[str, str]
) -> None:
    folders = {"train": "train", "val": "valid", "test": "test"}
    ids = {
        split: add_image(runtime, name=f"{folders[split]}/001.png", width=WIDTH, height=HEIGHT)
        for split in layout
    }
    content = archive_of({path: coco("001.png") for path in layout.values()})
    out = imported(runtime, client, content, "all.zip")
    assert files(out) == [(path, split, 1, 0, 0, None) for split, path in layout.items()]
    assert masks_by_image(runtime) == {f"{folders[split]}/001.png": 1 for split in layout}
    with session_scope(runtime.sessions, read_only=True) as session:
        assert {split: session.get_one(Image, id_).split for split, id_ in ids.items()} == {
            split: split for split in layout
        }


def test_captions_and_keypoints_beside_instances_add_nothing_and_are_said(
    runtime: Runtime, client: TestClient
) -> None:
    add_image(runtime, name="001.png", width=WIDTH, height=HEIGHT)
    captions = coco("001.png")
    captions["annotations"] = [{"id": 1, "image_id": 1, "caption": "A cell."}]
    content = archive_of(
        {
            "annotations/captions_val.json": captions,
            "annotations/instances_val.json": coco("001.png"),
            "annotations/person_keypoints_val.json": coco("001.png", keypoints=[1, 2, 2]),
            "notes.json": {"info": {}},
            "cut.json": b'{"images": [',
        }
    )
    out = imported(runtime, client, content, "coco.zip")
    assert counts(out) == ("done", 1, 1, 1)
    left_out = "1 captions or keypoints without a mask left out; no masks in it"
    assert files(out) == [
        ("annotations/captions_val.json", "val", 0, 0, 0, left_out),
        ("annotations/instances_val.json", "val", 1, 0, 0, None),
        ("annotations/person_keypoints_val.json", "val", 0, 1, 0, None),
        ("notes.json", None, 0, 0, 0, "left out: it is in no known layout"),
        ("cut.json", None, 0, 0, 1, None),
    ]
    assert problems(client, out)[0][0] == "cut.json"


def test_place_of_a_problem_names_its_file(runtime: Runtime, client: TestClient) -> None:
    add_image(runtime, name="001.png", width=WIDTH, height=HEIGHT)
    content = archive_of({"a.json": coco("001.png"), "b.json": coco("001.png", segmentation=[])})
    out = imported(runtime, client, content, "two.zip")
    assert problems(client, out) == [("b.json, annotation 0", "it has no polygon")]


@pytest.mark.parametrize(
    ("content", "tool"),
    [
        ({"shapes": [], "imagePath": "a.png"}, "a labelme file"),
        ([{"id": 1, "data": {}, "annotations": []}], "Label Studio's own JSON"),
    ],
)
def test_tool_of_a_refused_file_is_named_with_what_to_do(
    runtime: Runtime, client: TestClient, content: object, tool: str
) -> None:
    out = imported(runtime, client, json.dumps(content).encode())
    assert out["state"] == "failed"
    assert tool in out["error"]
    assert "COCO" in out["error"]


YOLO_SQUARE = " ".join(f"{x / WIDTH} {y / HEIGHT}" for x, y in [(5, 5), (20, 5), (20, 20), (5, 20)])


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        ({"data.yaml": "names: ['cat', 'cell']\nnc: 2\n"}, "train/labels/x.txt"),
        ({"data.yaml": "names:\n  0: cat\n  1: cell\npath: .\n"}, "labels/train/x.txt"),
        ({"classes.txt": "cat\ncell\n", "notes.json": '{"categories": []}'}, "labels/x.txt"),
    ],
    ids=["roboflow", "ultralytics", "label studio"],
)
def test_yolo_archive_of_another_tool(
    runtime: Runtime, client: TestClient, names: dict[str, str], labels: str
) -> None:
    add_image(runtime, name="images/x.png", width=WIDTH, height=HEIGHT)
    lines = [f"1 {YOLO_SQUARE}", "0 0.5 0.5 0.1 0.1", "7 0 0 1 1 0 1", "-1 0 0 1 1 0 1", "0 a b c d e f", ""]
    content = archive_of({**names, labels: "\n".join(lines), "images/x.png": noise(1)})
    out = imported(runtime, client, content, "yolo.zip")
    assert counts(out) == ("done", 1, 0, 4)
    assert [mask.area_px for mask in masks(runtime)] == [225]
    assert [label["name"] for label in client.get("/api/project").json()["labels"]] == ["cell"]
    reasons = [reason for _, reason in problems(client, out)]
    assert "it is a box, not an outline" in reasons[0]
    assert reasons[1:3] == ["the archive names no class 7", "the archive names no class -1"]


def test_yolo_archive_without_names_of_classes_says_what_is_missing(
    runtime: Runtime, client: TestClient
) -> None:
    content = archive_of({"labels/x.txt": f"0 {YOLO_SQUARE}", "images/x.png": noise(1)})
    out = imported(runtime, client, content, "yolo.zip")
    assert out["state"] == "failed"
    assert "no data.yaml and no classes.txt" in out["error"]


def test_yolo_archive_goes_in_as_images_and_as_annotations(runtime: Runtime, client: TestClient) -> None:
    files_: dict[str, object] = {"data.yaml": "names: [cell]"}
    for seed, split in enumerate(("train", "valid")):
        files_ |= {f"{split}/labels/001.txt": f"0 {YOLO_SQUARE}", f"{split}/images/001.png": noise(seed)}
    content = archive_of(files_)
    assert upload(client, ("yolo.zip", content)) == ["train/images/001.png", "valid/images/001.png"]
    out = imported(runtime, client, content, "yolo.zip")
    assert masks_by_image(runtime) == {"train/images/001.png": 1, "valid/images/001.png": 1}
    assert [line["split"] for line in out["files"]] == ["train", "val"]


def test_photos_alone_are_refused_and_add_nothing(runtime: Runtime, client: TestClient) -> None:
    add_image(runtime, name="grey.png", width=WIDTH, height=HEIGHT)
    out = imported(runtime, client, archive_of({"grey.png": noise(3)}), "photos.zip")
    assert counts(out) == ("done", 0, 0, 1)
    assert "looks like a photo" in problems(client, out)[0][1]
    assert np.sum([mask.area_px for mask in masks(runtime)]) == 0
