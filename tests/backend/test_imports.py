"""Annotations come in as proposals, each once, and what does not fit is named."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image as Picture
from sqlalchemy import func, select
from typer.testing import CliRunner

from backend.cli import app as cli
from backend.core.database import session_scope
from backend.imports.reading import open_annotations
from backend.imports.tasks import import_annotations
from backend.jobs import service as jobs
from backend.jobs.models import JobKind
from backend.jobs.run import run_job
from backend.masks.models import Mask
from backend.runtime import Runtime
from tests.backend.drawing import Bitmap, add_image, counts_of, draw
from tests.backend.worlds import first_batch

pytestmark = pytest.mark.usefixtures("exact_tallies")

HANDLERS = {JobKind.IMPORT_ANNOTATIONS: import_annotations}
SIZE = (40, 60)  # height, width of the images that `add_image` makes
RING = np.zeros(SIZE, np.uint8)
RING[5:30, 10:40] = 1
RING[10:20, 15:30] = 0
RUNS = np.diff(np.flatnonzero(np.diff(RING.ravel(order="F"), prepend=2, append=2))).tolist()


def coco_file(annotations: list[Any], images: list[Any] | None = None) -> bytes:
    listed = images or [{"id": 1, "file_name": "photo.jpg", "width": 60, "height": 40}]
    categories = [{"id": 7, "name": "Cat"}, {"id": 8, "name": "object"}]
    return json.dumps({"images": listed, "categories": categories, "annotations": annotations}).encode()


def annotation(segmentation: object, **changes: Any) -> dict[str, Any]:
    return {"id": 1, "image_id": 1, "category_id": 7, "segmentation": segmentation, "iscrowd": 0} | changes


def as_rle(bitmap: Bitmap) -> dict[str, Any]:
    return {"size": list(bitmap.shape), "counts": counts_of(bitmap)}


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return buffer.getvalue()


def png(pixels: np.ndarray[Any, Any], mode: str | None = None) -> bytes:
    buffer = io.BytesIO()
    picture = Picture.fromarray(pixels)
    if mode == "P":
        picture = Picture.fromarray(pixels, "P")
        picture.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def batch_id(runtime: Runtime) -> str:
    with session_scope(runtime.sessions) as session:
        return str(first_batch(session).id)


def send(runtime: Runtime, client: TestClient, name: str, content: bytes, **form: str) -> dict[str, Any]:
    asked = client.post(
        "/api/annotation-imports",
        files={"file": (name, content)},
        data={"batch_id": batch_id(runtime)} | form,
    )
    assert asked.status_code == 202, asked.text
    return dict(asked.json())


def imported(
    runtime: Runtime, client: TestClient, content: bytes, name: str = "masks.json", **form: str
) -> dict[str, Any]:
    """The import when its job, run here instead of in a worker, has ended."""
    import_id = send(runtime, client, name, content, **form)["id"]
    with session_scope(runtime.sessions) as session:
        job = jobs.find(session, JobKind.IMPORT_ANNOTATIONS, import_id)
        assert job is not None
    run_job(runtime, job.id, HANDLERS)
    return dict(client.get(f"/api/annotation-imports/{import_id}").json())


def counts(out: dict[str, Any]) -> tuple[str, int, int, int]:
    return out["state"], out["added"], out["known"], out["refused"]


def problems(client: TestClient, out: dict[str, Any]) -> list[tuple[str, str]]:
    listed = client.get(f"/api/annotation-imports/{out['id']}/problems").json()
    return [(problem["where"], problem["reason"]) for problem in listed]


def masks(runtime: Runtime) -> list[Mask]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return list(session.scalars(select(Mask).order_by(Mask.created_at)))


def stored_files(runtime: Runtime) -> list[Path]:
    folder = runtime.settings.data_dir / "blobs" / "imports"
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "segmentation",
    [
        as_rle(RING),
        {"size": list(SIZE), "counts": RUNS},
        [[10, 5, 40, 5, 40, 30, 10, 30, 10, 10, 15, 10, 15, 20, 30, 20, 30, 10, 10, 10]],
    ],
    ids=["compressed", "uncompressed", "polygon"],
)
def test_masks_of_a_coco_file_are_proposed(
    runtime: Runtime, client: TestClient, segmentation: object
) -> None:
    image_id = add_image(runtime)
    out = imported(runtime, client, coco_file([annotation(segmentation)]))
    assert counts(out) == ("done", 1, 0, 0)
    [mask] = masks(runtime)
    assert (mask.image_id, mask.state, mask.source) == (image_id, "proposed", "imported")
    assert (mask.rle_counts, mask.area_px, mask.bbox_x, mask.bbox_h) == (counts_of(RING), 600, 10, 25)
    [label] = client.get("/api/project").json()["labels"]
    assert (label["name"], label["id"]) == ("Cat", str(mask.label_id))
    assert out["created_by_name"] == "admin"
    assert stored_files(runtime) == []


def test_accepted_masks_show_at_once(runtime: Runtime, client: TestClient) -> None:
    image_id = add_image(runtime)
    imported(runtime, client, coco_file([annotation(as_rle(RING), category_id=8)]), mask_state="accepted")
    [shown] = client.get(f"/api/images/{image_id}/masks").json()
    assert (shown["source"], shown["state"], shown["label_id"]) == ("imported", "accepted", None)


def test_same_file_again_adds_nothing(runtime: Runtime, client: TestClient) -> None:
    add_image(runtime)
    content = coco_file([annotation(as_rle(RING)), annotation(as_rle(RING)), annotation(as_rle(1 - RING))])
    assert counts(imported(runtime, client, content)) == ("done", 3, 0, 0)
    client.delete(f"/api/masks/{masks(runtime)[0].id}")
    assert counts(imported(runtime, client, content)) == ("done", 0, 3, 0)
    assert [mask.state for mask in masks(runtime)] == ["deleted", "proposed", "proposed"]
    assert len(client.get("/api/project").json()["labels"]) == 1


def test_every_bad_annotation_is_named_and_the_good_ones_come_in(
    runtime: Runtime, client: TestClient
) -> None:
    add_image(runtime)
    bad: list[tuple[object, str]] = [
        (annotation({"size": [40, 60], "counts": "nonsense~"}), "is not valid"),
        (annotation({"size": [60, 40], "counts": counts_of(RING.T.copy())}), "its size is [60, 40]"),
        (annotation({"size": [40, 60], "counts": [2400]}), "The mask is empty"),
        (annotation({"size": [40, 60], "counts": [1, -1, 2400]}), "negative"),
        (annotation({"size": [40, 60], "counts": [1.5, "a"]}), "no whole numbers"),
        (annotation({"size": [40, 60], "counts": [2**62, 2**62, 2**62, 2**62, 2400]}), "no whole numbers"),
        (annotation([[1, 2, 3]]), "three places or more"),
        (annotation([]), "no polygon"),
        (annotation([[200, 0, 201, 0, 201, 1]]), "far outside"),
        (annotation(as_rle(RING), category_id=99), "no category 99"),
        (annotation(as_rle(RING), image_id=99), "no image 99"),
        (annotation(None), "segmentation"),
        ("no object", "valid dictionary"),
    ]
    content = coco_file([*(record for record, _ in bad), annotation(as_rle(RING))])
    out = imported(runtime, client, content)
    assert counts(out) == ("done", 1, 0, len(bad))
    told = dict(problems(client, out))
    assert set(told) == {f"annotation {index}" for index in range(len(bad))}
    for index, (_, reason) in enumerate(bad):
        assert reason in told[f"annotation {index}"]


def test_images_that_are_missing_ambiguous_or_of_another_size_are_named(
    runtime: Runtime, client: TestClient
) -> None:
    for name in ("twice.jpg", "twice.jpg", "photo.jpg"):
        add_image(runtime, name=name)
    names = ["gone.jpg", "twice.jpg", "photo.jpg", "folder/PHOTO.jpg"]
    listed = [{"id": number, "file_name": name} for number, name in enumerate(names)]
    listed[2] |= {"width": 40, "height": 60}
    out = imported(
        runtime, client, coco_file([annotation(as_rle(RING), image_id=number) for number in range(4)], listed)
    )
    assert counts(out) == ("done", 1, 0, 3)
    assert problems(client, out) == [
        ("gone.jpg", "the batch has no image of this name"),
        ("twice.jpg", "2 images of the batch have this name, so it is not clear which is meant"),
        ("photo.jpg", "the file says 40 x 60 pixels, but the image is 60 x 40"),
    ]


@pytest.mark.parametrize("mode", ["L", "P", "I;16"])
def test_label_maps_named_after_their_images_are_masks(
    runtime: Runtime, client: TestClient, mode: str
) -> None:
    add_image(runtime, name="street.jpg")
    labels = RING + RING * (np.arange(60) > 20).astype(np.uint8)
    content = archive(
        {
            "maps/street.png": png(labels.astype(np.uint16 if mode == "I;16" else np.uint8), mode),
            "maps/coloured.png": png(np.arange(48, dtype=np.uint8).reshape(4, 4, 3)),
            "maps/broken.png": b"\x89PNG\r\n\x1a\n",
            "__MACOSX/maps/._street.png": b"litter",
        }
    )
    out = imported(runtime, client, content, "maps.zip")
    assert counts(out) == ("done", 2, 0, 2)
    assert [mask.rle_counts for mask in masks(runtime)] == [
        counts_of((labels == value).astype(np.uint8)) for value in (1, 2)
    ]
    told = dict(problems(client, out))
    assert "has colours" in told["maps/coloured.png"]
    assert "cannot be read" in told["maps/broken.png"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("masks.json", b"{", "masks.json is not JSON"),
        ("masks.json", b"[]", "masks.json is in no known layout. Import a COCO file"),
        ("masks.json", b'{"images": 1, "annotations": []}', "is no COCO file"),
        ("masks.zip", b"PK\x03\x04 cut off", "The zip archive cannot be read"),
        ("masks.zip", archive({"notes.txt": b""}), "holds no annotations"),
    ],
)
def test_file_that_is_no_annotations_fails_with_the_reason_and_adds_nothing(
    runtime: Runtime, client: TestClient, name: str, content: bytes, reason: str
) -> None:
    add_image(runtime)
    out = imported(runtime, client, content, name)
    assert counts(out) == ("failed", 0, 0, 0)
    assert reason in out["error"]
    assert masks(runtime) == []
    assert client.delete(f"/api/annotation-imports/{out['id']}").status_code == 204
    assert stored_files(runtime) == []
    assert client.get("/api/annotation-imports").json()["items"] == []


def test_unknown_batch_leaves_no_file(runtime: Runtime, client: TestClient) -> None:
    answer = client.post(
        "/api/annotation-imports", files={"file": ("a.json", b"{}")}, data={"batch_id": str(uuid4())}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "batch_not_found")
    assert stored_files(runtime) == []


def test_import_goes_on_behind_the_images_that_are_done(
    runtime: Runtime, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a worker was killed between two images: counted right, nothing twice."""
    listed = [{"id": number, "file_name": f"{number}.jpg"} for number in range(4)]
    for image in listed:
        add_image(runtime, name=str(image["file_name"]))
    content = coco_file([annotation(as_rle(RING), image_id=number) for number in range(4)], listed)
    import_id = send(runtime, client, "masks.json", content)["id"]
    with session_scope(runtime.sessions) as session:
        job = jobs.find(session, JobKind.IMPORT_ANNOTATIONS, import_id)
        assert job is not None

    class KilledError(BaseException):
        pass

    def dies(_run: object, progress: float) -> None:
        if progress >= 0.5:
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("backend.jobs.run.JobRun.report_progress", dies)
        with pytest.raises(KilledError):
            run_job(runtime, job.id, HANDLERS)
    assert len(masks(runtime)) == 2
    with session_scope(runtime.sessions) as session:
        jobs.take_back_stale(session, stale_seconds=-1, max_attempts=3)
    run_job(runtime, job.id, HANDLERS)
    out = client.get(f"/api/annotation-imports/{import_id}").json()
    assert (*counts(out), out["image_count"]) == ("done", 4, 0, 0, 4)
    with session_scope(runtime.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Mask)) == 4


def test_command_imports_and_tells_what_it_did_not(
    runtime: Runtime, client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKLOOP_DATA_DIR", str(runtime.settings.data_dir))
    monkeypatch.setenv("MASKLOOP_DATABASE_URL", runtime.settings.effective_database_url)
    image_id = add_image(runtime)
    path = tmp_path / "masks.json"
    path.write_bytes(coco_file([annotation(as_rle(RING), iscrowd=1), annotation([[1, 2, 3]])]))
    result = CliRunner().invoke(cli, ["import-annotations", str(path), "--as", "accepted"])
    assert result.exit_code == 1
    assert "annotation 1: one of its polygons" in result.output
    assert "masks.json: 1 masks added, 0 here already, 1 refused; 1 masks marked iscrowd" in result.output
    assert len(client.get(f"/api/images/{image_id}/masks").json()) == 1
    unknown = CliRunner().invoke(cli, ["import-annotations", str(path), "--batch", "Night"])
    assert unknown.exit_code == 1
    assert "0 batches are named Night; there are: First batch." in unknown.output


def test_masks_of_an_image_keep_the_order_of_the_file(runtime: Runtime, client: TestClient) -> None:
    add_image(runtime)
    random = np.random.default_rng(8)
    drawn = [draw(random) for _ in range(5)]
    imported(runtime, client, coco_file([annotation(as_rle(bitmap)) for bitmap in drawn]))
    assert [mask.rle_counts for mask in masks(runtime)] == [counts_of(bitmap) for bitmap in drawn]
    assert all(isinstance(mask.id, UUID) for mask in masks(runtime))


def test_names_that_a_database_refuses_come_in_readable(runtime: Runtime, client: TestClient) -> None:
    add_image(runtime)
    file = json.loads(coco_file([annotation(as_rle(RING)), annotation(as_rle(RING), image_id=2)]))
    file["categories"][0]["name"] = "Cat\0"
    file["images"].append({"id": 2, "file_name": "gone\0.jpg"})
    out = imported(runtime, client, json.dumps(file).encode())
    assert counts(out) == ("done", 1, 0, 1)
    assert problems(client, out)[0][0] == "gone?.jpg"
    assert [label["name"] for label in client.get("/api/project").json()["labels"]] == ["Cat?"]


def test_coco_file_may_be_in_any_order_and_of_any_size() -> None:
    """Annotations of two images in turns, before the images and categories, in a file above the limit."""
    listed = [{"id": number, "file_name": f"{number}.jpg"} for number in (7, 5, 6)]
    turns = [annotation(as_rle(RING), image_id=image_id) for image_id in (5, 7, 5, 99)]
    file = json.loads(coco_file(turns, listed))
    content = json.dumps({key: file[key] for key in ("annotations", "categories", "images")}).encode()
    found = open_annotations("masks.json", io.BytesIO(content), max_file_bytes=10, max_image_pixels=10)
    assert found.image_count == 3
    assert [(image.name, [one.where for one in image.annotations]) for image in found.images] == [
        ("masks.json", ["annotation 3"]),
        ("7.jpg", ["annotation 1"]),
        ("5.jpg", ["annotation 0", "annotation 2"]),
    ]


def test_not_a_number_refuses_its_annotation_alone(runtime: Runtime, client: TestClient) -> None:
    """It is no JSON, but what Python writes."""
    add_image(runtime)
    content = coco_file([annotation(as_rle(RING), predicted_iou=float("nan")), annotation(as_rle(RING))])
    out = imported(runtime, client, content)
    assert counts(out) == ("done", 1, 0, 1)
    assert problems(client, out)[0][0] == "annotation 0"


def test_memory_does_not_grow_with_the_size_of_a_coco_file(tmp_path: Path) -> None:
    def peak_bytes(count: int) -> int:
        path = tmp_path / f"{count}.json"
        listed = [{"id": number, "file_name": f"{number}.jpg"} for number in range(count // 10)]
        padded = as_rle(RING) | {"note": "x" * 1000}
        turns = [annotation(padded, image_id=number % len(listed)) for number in range(count)]
        path.write_bytes(coco_file(turns, listed))
        del listed, turns
        with path.open("rb") as file:
            tracemalloc.start()
            found = open_annotations(path.name, file, max_file_bytes=10, max_image_pixels=10)
            assert sum(len(image.annotations) for image in found.images) == count
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return peak

    peak_bytes(100)  # first-time allocations
    assert peak_bytes(10_000) < peak_bytes(100) + 1_000_000
