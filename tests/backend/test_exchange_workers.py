"""Exports and imports by real workers, some of which die at work."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, insert, select

from backend.core.database import session_scope
from backend.jobs.models import Job, JobState
from backend.masks import rle
from backend.masks.models import Mask, MaskSource
from backend.projects.models import Stage
from backend.runtime import Runtime
from backend.settings import Settings
from tests.backend.drawing import add_image, counts_of
from tests.backend.servers import wait_until
from tests.backend.test_exports_formats import archive_of
from tests.backend.test_imports import annotation, as_rle, coco_file, counts, send
from tests.backend.test_jobs_workers import LIMITS, jobs, worker

SIDE = 50
IMAGES = 200
MASKS = 6000


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=sqlite_url, **LIMITS)


def add_many_masks(runtime: Runtime) -> int:
    """Masks with hundreds of holes, so that a worker can be caught at work; their pixels in all.

    Ids are the same each time, so that exports are in the same parts each time.
    """
    bitmap = (np.random.default_rng(1).random((SIDE, SIDE)) < 0.7).astype(np.uint8)
    mask = rle.parse(counts_of(bitmap), SIDE, SIDE)
    images = [UUID(int=number) for number in range(IMAGES)]
    for image_id in images:
        add_image(runtime, name=f"{image_id}.jpg", width=SIDE, height=SIDE, id=image_id)
    x, y, width, height = mask.bbox
    row = {
        "stage": Stage.ASSISTED_MANUAL,
        "source": MaskSource.AUTOMATIC,
        "rle_counts": counts_of(bitmap),
        "height": SIDE,
        "width": SIDE,
        "bbox_x": x,
        "bbox_y": y,
        "bbox_w": width,
        "bbox_h": height,
        "area_px": mask.area_px,
        "active_ms": 0,
        "prompts": {"points": [], "strokes": {"brush": 0, "erase": 0}},
    }
    with session_scope(runtime.sessions) as session:
        rows = [row | {"id": uuid4(), "image_id": images[number % IMAGES]} for number in range(MASKS)]
        session.connection().execute(insert(Mask), rows)
    return MASKS * mask.area_px


def wait_for_work(runtime: Runtime, job_id: UUID) -> None:
    def is_at_work() -> bool:
        job = jobs(runtime)[job_id]
        return job.state == JobState.RUNNING and (job.progress or 0) > 0

    wait_until(is_at_work, seconds=90, what="a worker in the middle of the job")


def wait_for_end(runtime: Runtime, job_id: UUID) -> Job:
    ended = (JobState.DONE, JobState.FAILED)
    wait_until(lambda: jobs(runtime)[job_id].state in ended, seconds=120, what="the end of the job")
    return jobs(runtime)[job_id]


def job_of(runtime: Runtime, subject: str) -> UUID:
    [job_id] = [job.id for job in jobs(runtime).values() if job.subject == subject]
    return job_id


def parts_in(settings: Settings) -> dict[Path, int]:
    """The parts of exports that are stored, with what is new when one is written again."""
    return {path: path.stat().st_ino for path in stored(settings) if path.parent.name == "parts"}


def stored(settings: Settings) -> list[Path]:
    return [path for path in (settings.data_dir / "blobs" / "exports").rglob("*") if path.is_file()]


def export_until_killed(runtime: Runtime, settings: Settings, client: TestClient) -> str:
    """An export whose worker was killed with some of its parts written; its id."""
    export_id = str(client.post("/api/exports", json={"format": "yolo"}).json()["id"])
    with worker(settings) as first:
        wait_until(lambda: len(parts_in(settings)) >= 3, seconds=90, what="three parts of the export")
        first.kill()
        first.wait()
    assert client.get(f"/api/exports/{export_id}").json()["state"] == "running"
    return export_id


def test_export_goes_on_with_the_parts_of_a_killed_worker(
    runtime: Runtime, settings: Settings, client: TestClient
) -> None:
    area_px = add_many_masks(runtime)
    export_id = export_until_killed(runtime, settings, client)
    job_id = job_of(runtime, export_id)
    left = parts_in(settings)
    with worker(settings):
        wait_until(lambda: len(parts_in(settings)) > len(left), seconds=90, what="one more part")
        assert left.items() <= parts_in(settings).items()  # none of them was written again
        job = wait_for_end(runtime, job_id)
    assert (job.state, job.attempts, job.error) == (JobState.DONE, 2, None)
    [file] = stored(settings)
    content = client.get(f"/api/exports/{export_id}/file").content
    assert content == file.read_bytes()
    manifest = json.loads(archive_of(content)["manifest.json"])
    assert manifest["counts"] == {
        "images": IMAGES,
        "images_without_masks": 0,
        "masks": MASKS,
        "area_px": area_px,
    }


def test_export_that_is_deleted_after_its_worker_was_killed_leaves_nothing(
    runtime: Runtime, settings: Settings, client: TestClient
) -> None:
    add_many_masks(runtime)
    export_id = export_until_killed(runtime, settings, client)
    assert client.delete(f"/api/exports/{export_id}").status_code == 204
    assert stored(settings) == []


def test_deleted_export_stops_and_the_worker_goes_on(
    runtime: Runtime, settings: Settings, client: TestClient
) -> None:
    add_many_masks(runtime)
    deleted = client.post("/api/exports", json={"format": "yolo"}).json()["id"]
    with worker(settings):
        wait_until(lambda: parts_in(settings), seconds=90, what="a part of the export")
        assert client.delete(f"/api/exports/{deleted}").status_code == 204
        after = client.post(
            "/api/exports", json={"format": "coco", "filters": {"review_states": ["done"]}}
        ).json()["id"]
        assert wait_for_end(runtime, job_of(runtime, after)).state == JobState.DONE
    assert [export["id"] for export in client.get("/api/exports").json()["items"]] == [after]
    assert [path.parent.name for path in stored(settings)] == [after]


def test_killed_worker_imports_every_mask_once(
    runtime: Runtime, settings: Settings, client: TestClient
) -> None:
    count = 1500
    listed = [{"id": number, "file_name": f"{number}.jpg"} for number in range(count)]
    bitmap = np.ones((40, 60), np.uint8)
    for image in listed:
        add_image(runtime, name=str(image["file_name"]))
    content = coco_file([annotation(as_rle(bitmap), image_id=number) for number in range(count)], listed)
    import_id = send(runtime, client, "masks.json", content)["id"]
    job_id = job_of(runtime, import_id)
    with worker(settings) as first:
        wait_for_work(runtime, job_id)
        first.kill()
        first.wait()
    out = client.get(f"/api/annotation-imports/{import_id}").json()
    assert 0 < out["added"] < count
    assert out["added"] == masks_in(runtime)
    with worker(settings):
        assert wait_for_end(runtime, job_id).attempts == 2
    out = client.get(f"/api/annotation-imports/{import_id}").json()
    assert (*counts(out), out["image_count"]) == ("done", count, 0, 0, count)
    assert masks_in(runtime) == count


def masks_in(runtime: Runtime) -> int:
    with session_scope(runtime.sessions, read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Mask)) or 0
