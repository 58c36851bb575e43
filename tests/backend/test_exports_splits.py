"""Train, val and test in every format, as the programs for it look for them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from fastapi.testclient import TestClient
from pycocotools.coco import COCO
from sqlalchemy import select, update
from typer.testing import CliRunner

from backend.cli import app as cli
from backend.core.database import session_scope
from backend.exports.models import Split
from backend.exports.schemas import ExportSplit
from backend.exports.splits import split_of
from backend.images.models import Image
from backend.projects.models import Batch, Stage
from backend.runtime import Runtime
from tests.backend.drawing import add_image, draw
from tests.backend.pictures import photo
from tests.backend.test_exports import command_line, run_export, save  # noqa: F401, a fixture
from tests.backend.test_exports_formats import archive_of
from tests.backend.test_imports import counts, imported
from tests.backend.worlds import first_batch

SPLIT = {"train": 50, "val": 30, "test": 20}
NAMES = [f"p{patient}_{slice_}.jpg" for patient in range(12) for slice_ in range(2)]
SETS = ("train", "val", "test")


@pytest.fixture
def images(runtime: Runtime) -> list[Image]:
    """Two images of each of twelve patients, with a mask each."""
    for number, name in enumerate(NAMES):
        save(runtime, add_image(runtime, name=name), draw(np.random.default_rng(number)))
    with session_scope(runtime.sessions) as session:
        # Digests are random elsewhere: which split each image falls into must not differ between runs.
        for number, name in enumerate(NAMES):
            session.execute(update(Image).where(Image.name == name).values(sha256=f"{number:064x}"))
    with session_scope(runtime.sessions) as session:
        return list(session.scalars(select(Image)))


def exported(
    runtime: Runtime, client: TestClient, format_: str = "coco", **split: Any
) -> tuple[dict[str, Any], dict[str, bytes]]:
    out = run_export(runtime, client, {"format": format_, "split": SPLIT | split})
    assert (out["state"], out["error"]) == ("done", None)
    assert out["file_name"].endswith(".zip")
    return out, archive_of(client.get(out["download_url"]).content)


def names_by_set(files: dict[str, bytes]) -> dict[str, set[str]]:
    """Of a COCO export."""
    return {
        split: {
            image["file_name"] for image in json.loads(files[f"annotations/instances_{split}.json"])["images"]
        }
        for split in SETS
    }


def test_coco_has_a_file_per_set(
    runtime: Runtime, client: TestClient, images: list[Image], tmp_path: Path
) -> None:
    out, files = exported(runtime, client)
    names = names_by_set(files)
    assert sorted(name for one in names.values() for name in one) == sorted(NAMES)
    assert out["split_images"] == {split: len(found) for split, found in names.items()}
    for split in SETS:
        path = tmp_path / f"{split}.json"
        path.write_bytes(files[f"annotations/instances_{split}.json"])
        coco = COCO(path)
        assert len(coco.getAnnIds()) == len(coco.getImgIds()) == len(names[split])
        assert all(coco.annToMask(annotation).any() for annotation in coco.loadAnns(coco.getAnnIds()))
    manifest = client.get(f"/api/exports/{out['id']}/manifest").json()
    assert manifest["split"]["counts"]["val"] == {"images": len(names["val"]), "masks": len(names["val"])}


def test_yolo_names_a_folder_per_set(runtime: Runtime, client: TestClient, images: list[Image]) -> None:
    _, coco = exported(runtime, client)
    _, files = exported(runtime, client, "yolo")
    data = yaml.safe_load(files["data.yaml"])
    assert {split: data[split] for split in SETS} == {split: f"images/{split}" for split in SETS}
    for split, names in names_by_set(coco).items():
        labels = {name for name in files if name.startswith(f"labels/{split}/")}
        assert labels == {f"labels/{split}/{Path(name).stem}.txt" for name in names}
    table = list(csv.DictReader(io.StringIO(files["images.csv"].decode())))
    assert {row["labels"] for row in table} == {name for name in files if name.endswith(".txt")} - {
        "classes.txt"
    }
    _, files = exported(runtime, client, "yolo", train=80, val=20, test=0)
    assert "test" not in yaml.safe_load(files["data.yaml"])


@pytest.mark.parametrize(
    ("format_", "folder", "labels"),
    [("png", "images/", "{}/{}.png"), ("sa1b", "", "{}/{}.json"), ("yolo", "images/", "labels/{}/{}.txt")],
)
def test_photos_and_labels_lie_in_the_folder_of_their_set_and_come_in_again(
    runtime: Runtime, client: TestClient, format_: str, folder: str, labels: str
) -> None:
    sent = [("files", (f"{number}.jpg", photo(number))) for number in range(8)]
    report = client.post("/api/images", files=sent).json()
    for verdict in report["files"]:
        image = client.get(f"/api/images/{verdict['image_id']}").json()
        save(
            runtime, image["id"], draw(np.random.default_rng(1), width=image["width"], height=image["height"])
        )
    wanted = {"format": format_, "with_photos": True, "split": {"train": 60, "val": 40}}
    out = run_export(runtime, client, wanted)
    content = client.get(out["download_url"]).content
    files = archive_of(content)
    photos = [name for name in files if name.startswith(folder) and name.endswith(".jpg")]
    assert len(photos) == 8
    for name in photos:
        split, stem = name.removeprefix(folder).removesuffix(".jpg").split("/")
        assert split in ("train", "val")
        assert labels.format(split, stem) in files

    [batch] = client.get("/api/batches").json()
    form = {"mask_state": "accepted", "batch_id": batch["id"]}
    assert counts(imported(runtime, client, content, "export.zip", **form)) == ("done", 8, 0, 0)


def test_image_keeps_its_set_whatever_else_is_exported(images: list[Image]) -> None:
    narrow, wide = ExportSplit(train=80, val=10, test=10), ExportSplit(train=60, val=30, test=10)
    many = [Image(sha256=f"{number:064x}", name="") for number in range(4000)]
    drawn = [split_of(image, narrow) for image in many]
    for split, share in ((Split.TRAIN, 0.8), (Split.VAL, 0.1), (Split.TEST, 0.1)):
        assert abs(drawn.count(split) / len(many) - share) < 0.02
    for image, before in zip(many, drawn, strict=True):
        assert before == Split.TRAIN or split_of(image, wide) == before


def test_groups_stay_together(runtime: Runtime, client: TestClient, images: list[Image]) -> None:
    _, files = exported(runtime, client, group_by="prefix")
    sets = names_by_set(files)
    patients = {split: {name.partition("_")[0] for name in names} for split, names in sets.items()}
    assert sum(len(found) for found in patients.values()) == 12
    with session_scope(runtime.sessions) as session:
        other = Batch(project_id=first_batch(session).project_id, name="Night", stage=Stage.ASSISTED_MANUAL)
        session.add(other)
        session.flush()
        session.execute(update(Image).where(Image.name < "p3").values(batch_id=other.id))
    wanted = ExportSplit(train=50, val=50, group_by="batch")
    with session_scope(runtime.sessions) as session:
        splits = {(image.batch_id, split_of(image, wanted)) for image in session.scalars(select(Image))}
    assert len(splits) == 2


def test_set_without_images_is_refused_by_name(
    runtime: Runtime, client: TestClient, images: list[Image]
) -> None:
    out = run_export(runtime, client, {"split": {"train": 98, "val": 1, "test": 1, "group_by": "batch"}})
    assert (out["state"], out["download_url"]) == ("failed", None)
    assert "No image falls into " in out["error"]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"split": {"train": 80, "val": 10, "test": 5}}, "add up to 95"),
        ({"split": {"train": 0, "val": 90, "test": 10}}, "train"),
        ({"format": "yolo", "split": {"train": 90, "val": 0, "test": 10}}, "Give val a share"),
    ],
)
def test_shares_that_make_no_split_are_refused(client: TestClient, wanted: Any, reason: str) -> None:
    answer = client.post("/api/exports", json=wanted)
    assert answer.status_code == 422
    assert reason in answer.text


def test_command_splits_as_the_page_does(
    runtime: Runtime,
    client: TestClient,
    images: list[Image],
    command_line: CliRunner,  # noqa: F811
    tmp_path: Path,
) -> None:
    _, by_button = exported(runtime, client, group_by="prefix")
    out = tmp_path / "masks.zip"
    result = command_line.invoke(cli, ["export", "--split", "50/30/20", "--split-by", "prefix", str(out)])
    assert result.exit_code == 0, result.output
    assert names_by_set(archive_of(out.read_bytes())) == names_by_set(by_button)
    for shares, reason in (("80/30", "add up to 110"), ("80", "as in 80/10/10"), ("a/b", "as in 80/10/10")):
        result = command_line.invoke(cli, ["export", "--split", shares, str(out)])
        assert result.exit_code == 2
        assert reason in result.output
