"""Exports, as pycocotools reads them."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from pycocotools.coco import COCO
from sqlalchemy import update
from typer.testing import CliRunner

from backend.cli import app as cli
from backend.core.database import session_scope, utc_now
from backend.exports.parts import NoParts
from backend.exports.schemas import ExportIn
from backend.exports.tasks import export_masks
from backend.exports.writing import write_export
from backend.jobs import service as jobs
from backend.jobs.models import JobKind
from backend.jobs.run import JobRun, TakenAwayError, run_job
from backend.layouts import coco
from backend.layouts.rows import Categories, ImageMasks, ImageRow, MaskRow, Totals
from backend.masks import service as masks
from backend.masks.models import Mask
from backend.masks.schemas import MaskIn
from backend.runtime import Runtime
from tests.backend.drawing import Bitmap, add_image, draw, mask_body
from tests.backend.worlds import first_project

Drawn = dict[str, Bitmap]
HANDLERS = {JobKind.EXPORT: export_masks}


def save(runtime: Runtime, image_id: UUID, bitmap: Bitmap) -> str:
    mask_id = uuid4()
    with session_scope(runtime.sessions) as session:
        masks.save_mask(session, mask_id, MaskIn.model_validate(mask_body(image_id, bitmap)), by=None)
    return str(mask_id)


@pytest.fixture
def drawn(runtime: Runtime) -> Drawn:
    """Masks by id: three on each of two images of different sizes; a third image has none."""
    random = np.random.default_rng(3)
    drawn = {}
    for width, height in ((60, 40), (33, 71)):
        image_id = add_image(runtime, name=f"{width} wide \N{CAT}.jpg", width=width, height=height)
        for _ in range(3):
            bitmap = draw(random, width=width, height=height)
            drawn[save(runtime, image_id, bitmap)] = bitmap
    add_image(runtime, name="not looked at yet.jpg")
    return drawn


def export_by_job(
    runtime: Runtime, client: TestClient, format_: str = "coco", **filters: Any
) -> dict[str, Any]:
    return run_export(runtime, client, {"format": format_, "filters": filters})


def run_export(runtime: Runtime, client: TestClient, wanted: dict[str, Any]) -> dict[str, Any]:
    """The finished export of a request, its job run here instead of in a worker."""
    asked = client.post("/api/exports", json=wanted)
    assert asked.status_code == 202
    assert (asked.json()["state"], asked.json()["download_url"]) == ("queued", None)
    export_id = asked.json()["id"]
    with session_scope(runtime.sessions) as session:
        job = jobs.find(session, JobKind.EXPORT, export_id)
        assert job is not None
    run_job(runtime, job.id, HANDLERS)
    return dict(client.get(f"/api/exports/{export_id}").json())


def read_coco(content: bytes, tmp_path: Path) -> COCO:
    path = tmp_path / "read.json"
    path.write_bytes(content)
    return COCO(path)


def assert_holds(coco: COCO, drawn: Drawn) -> None:
    annotations = coco.loadAnns(coco.getAnnIds())
    assert {annotation["maskloop_id"] for annotation in annotations} == set(drawn)
    for annotation in annotations:
        bitmap = drawn[annotation["maskloop_id"]]
        np.testing.assert_array_equal(coco.annToMask(annotation), bitmap)
        assert annotation["area"] == bitmap.sum()


def test_exported_masks_are_what_was_drawn(
    runtime: Runtime, client: TestClient, drawn: Drawn, tmp_path: Path
) -> None:
    export = export_by_job(runtime, client)
    assert {key: export[key] for key in ("state", "mask_count", "image_count", "error")} == {
        "state": "done",
        "mask_count": 6,
        "image_count": 2,
        "error": None,
    }
    file = client.get(export["download_url"])
    assert file.headers["content-disposition"].startswith('attachment; filename="maskloop-coco-')
    assert len(file.content) == export["size_bytes"]

    coco = read_coco(file.content, tmp_path)
    assert_holds(coco, drawn)
    assert [(image["file_name"], image["width"], image["height"]) for image in coco.dataset["images"]] == [
        ("60 wide \N{CAT}.jpg", 60, 40),
        ("33 wide \N{CAT}.jpg", 33, 71),
    ]
    assert coco.dataset["categories"] == [{"id": 1, "name": "object"}]
    assert {annotation["category_id"] for annotation in coco.dataset["annotations"]} == {1}
    first = coco.dataset["annotations"][0]
    assert {key: first[key] for key in ("active_ms", "predicted_iou", "stage", "source", "iscrowd")} == {
        "active_ms": 4200,
        "predicted_iou": 0.87,
        "stage": "assisted_manual",
        "source": "clicked",
        "iscrowd": 0,
    }


def test_deleted_masks_stay_out(runtime: Runtime, client: TestClient, drawn: Drawn, tmp_path: Path) -> None:
    deleted = next(iter(drawn))
    client.delete(f"/api/masks/{deleted}")
    del drawn[deleted]
    export = export_by_job(runtime, client)
    assert_holds(read_coco(client.get(export["download_url"]).content, tmp_path), drawn)


def test_labels_are_categories(runtime: Runtime, client: TestClient, drawn: Drawn, tmp_path: Path) -> None:
    cat, dog, gone = (
        {"id": str(uuid4()), "name": name, "colour": "#e69f00"} for name in ("cat", "dog", "gone")
    )
    client.patch("/api/project", json={"labels": [cat, dog, gone]})
    image_id = add_image(runtime)
    categories = {mask_id: 1 for mask_id in drawn}
    for label, category in ((dog, 3), (cat, 2), (gone, 1)):
        mask_id, bitmap = str(uuid4()), draw(np.random.default_rng(category))
        client.put(f"/api/masks/{mask_id}", json=mask_body(image_id, bitmap, label_id=label["id"]))
        drawn[mask_id], categories[mask_id] = bitmap, category
    # A deleted mask holds no label; when it comes back, its label is gone.
    client.delete(f"/api/masks/{mask_id}")
    assert client.patch("/api/project", json={"labels": [cat, dog]}).status_code == 200
    client.post(f"/api/masks/{mask_id}/restore")

    coco = read_coco(client.get(export_by_job(runtime, client)["download_url"]).content, tmp_path)
    assert_holds(coco, drawn)
    assert coco.dataset["categories"] == [
        {"id": 1, "name": "object"},
        {"id": 2, "name": "cat", "maskloop_id": cat["id"]},
        {"id": 3, "name": "dog", "maskloop_id": dog["id"]},
    ]
    annotations = coco.dataset["annotations"]
    assert {annotation["maskloop_id"]: annotation["category_id"] for annotation in annotations} == categories


def test_project_without_masks_exports_an_empty_file(
    runtime: Runtime, client: TestClient, tmp_path: Path
) -> None:
    export = export_by_job(runtime, client)
    assert (export["state"], export["mask_count"]) == ("done", 0)
    assert read_coco(client.get(export["download_url"]).content, tmp_path).getAnnIds() == []


def test_masks_saved_meanwhile_are_for_the_next_export(
    runtime: Runtime, drawn: Drawn, tmp_path: Path
) -> None:
    late: Drawn = {}

    def save_another(_progress: float) -> None:
        bitmap = draw(np.random.default_rng(9))
        late[save(runtime, add_image(runtime), bitmap)] = bitmap

    file = BytesIO()
    written = write_export(
        runtime.sessions,
        runtime.storage,
        file,
        first_project(runtime),
        ExportIn(),
        utc_now(),
        NoParts(),
        save_another,
    )
    assert late
    assert written.totals.masks == len(drawn)
    assert_holds(read_coco(file.getvalue(), tmp_path), drawn)


def change_behind_our_back(runtime: Runtime, mask_id: str, **values: Any) -> None:
    with session_scope(runtime.sessions) as session:
        session.connection().execute(update(Mask).where(Mask.id == UUID(mask_id)).values(**values))


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"area_px": 1}, "were written; the database has "), ({"rle_counts": "abc"}, "does not decode")],
)
def test_export_that_disagrees_with_the_database_fails_without_a_file(
    runtime: Runtime, client: TestClient, drawn: Drawn, values: dict[str, Any], reason: str
) -> None:
    change_behind_our_back(runtime, next(iter(drawn)), **values)
    export = export_by_job(runtime, client)
    assert (export["state"], export["download_url"]) == ("failed", None)
    assert reason in export["error"]
    assert client.get(f"/api/exports/{export['id']}/file").json()["code"] == "export_not_ready"
    assert stored_exports(runtime) == []


def test_export_that_cannot_be_stored_says_so(runtime: Runtime, client: TestClient, drawn: Drawn) -> None:
    folder = runtime.settings.data_dir / "blobs"
    folder.mkdir(exist_ok=True)
    (folder / "exports").write_text("in the way")
    export = export_by_job(runtime, client)
    assert export["state"] == "failed"
    assert export["error"] == "The file could not be written: Not a directory."


def stored_exports(runtime: Runtime) -> list[Path]:
    folder = runtime.settings.data_dir / "blobs" / "exports"
    return [path for path in folder.rglob("*") if path.is_file()]


def test_second_run_of_a_job_keeps_the_first_file(runtime: Runtime, client: TestClient, drawn: Drawn) -> None:
    export = export_by_job(runtime, client)
    content = client.get(export["download_url"]).content
    save(runtime, add_image(runtime), draw(np.random.default_rng(4)))
    with pytest.raises(TakenAwayError):
        export_masks(JobRun(export["id"], uuid4(), runtime))
    assert len(stored_exports(runtime)) == 1
    assert client.get(export["download_url"]).content == content
    assert client.get(f"/api/exports/{export['id']}").json() == export


def test_unknown_and_unfinished_exports(client: TestClient) -> None:
    assert client.get(f"/api/exports/{uuid4()}").json()["code"] == "export_not_found"
    waiting = client.post("/api/exports", json={"format": "coco"}).json()
    answer = client.get(f"/api/exports/{waiting['id']}/file")
    assert (answer.status_code, answer.json()["code"]) == (409, "export_not_ready")
    assert client.post("/api/exports", json={"format": "tar"}).json()["code"] == "invalid_request"


@pytest.fixture
def command_line(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The `maskloop` command on the same data as `runtime`."""
    monkeypatch.setenv("MASKLOOP_DATA_DIR", str(runtime.settings.data_dir))
    monkeypatch.setenv("MASKLOOP_DATABASE_URL", runtime.settings.effective_database_url)
    return CliRunner()


def test_command_writes_the_same_file_as_the_button(
    runtime: Runtime, client: TestClient, drawn: Drawn, command_line: CliRunner, tmp_path: Path
) -> None:
    out = tmp_path / "masks.json"
    result = command_line.invoke(cli, ["export", "--format", "coco", str(out)])
    assert result.exit_code == 0, result.output
    assert "6 masks on 2 images written to" in result.output
    by_button = client.get(export_by_job(runtime, client)["download_url"]).json()
    by_command = json.loads(out.read_text())
    assert by_command.pop("info")["description"] == by_button.pop("info")["description"]
    assert by_command == by_button


def test_failed_command_leaves_the_older_file(
    runtime: Runtime, drawn: Drawn, command_line: CliRunner, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "masks.json").write_text("older")
    change_behind_our_back(runtime, next(iter(drawn)), area_px=1)
    result = command_line.invoke(cli, ["export", str(folder / "masks.json")])
    assert result.exit_code == 1
    assert "Nothing was exported: " in result.output
    assert [path.read_text() for path in folder.iterdir()] == ["older"]


def test_memory_does_not_grow_with_the_number_of_masks(tmp_path: Path) -> None:
    def images(count: int) -> Iterator[ImageMasks]:
        for number in range(count // 2):
            image = ImageRow(UUID(int=number), "photo.jpg", sha256="0", height=1, width=3, stem="photo")
            yield image, [mask(image), mask(image)]

    def mask(image: ImageRow) -> MaskRow:
        return MaskRow(
            id=image.id,
            image=image,
            rle_counts="111",
            area_px=1,
            bbox=(1, 0, 1, 1),
            active_ms=1,
            predicted_iou=None,
            stability_score=None,
            point=None,
            crop_box=None,
            stage="assisted_manual",
            source="painted",
            model_id=None,
            label_id=None,
        )

    def peak_bytes(count: int) -> int:
        with (tmp_path / f"{count}.json").open("w+b") as file:
            tracemalloc.start()
            coco.write(file, images(count), Categories([]), segmentation=coco.as_rle, created_at=utc_now())
            file.seek(0)
            assert sum(coco.read_totals(file), Totals()) == Totals(count // 2, count, area_px=count)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return peak

    peak_bytes(100)  # first-time allocations
    # The sizes of images, which masks are read again with, are all that grows.
    assert peak_bytes(10_000) < peak_bytes(100) + 2_000_000
