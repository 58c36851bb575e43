"""Exports that end before they are done: what the next run keeps of them, and what it does not."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import s3fs
from fastapi.testclient import TestClient

from backend.core.database import session_scope
from backend.core.storage import Storage
from backend.exports import parts
from backend.jobs import service as jobs
from backend.jobs.models import Job, JobKind
from backend.jobs.run import JobRun, run_job
from backend.runtime import Runtime
from tests.backend.drawing import add_image, draw
from tests.backend.test_exports import (
    HANDLERS,
    change_behind_our_back,
    export_by_job,
    run_export,
    save,
    stored_exports,
)
from tests.backend.test_exports_formats import FORMATS, archive_of

IMAGES = 30


class KilledError(BaseException):
    """Nothing of ours catches it: the run ends there and then."""


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART_MASKS", 12)
    monkeypatch.setattr("backend.exports.writing.PROGRESS_EVERY", 1)


@pytest.fixture
def masks(runtime: Runtime) -> list[str]:
    """One mask on each of many images, whose ids are the same each time."""
    random = np.random.default_rng(1)
    images = [add_image(runtime, name=f"{number % 7}.jpg", id=UUID(int=number)) for number in range(IMAGES)]
    return [save(runtime, image_id, draw(random)) for image_id in images]


def run(runtime: Runtime, export_id: str, *, until: float = 2.0) -> None:
    """A run of the export's job, or as much of it as a worker does that is killed at that progress."""

    def report(run: JobRun, progress: float) -> None:
        if progress >= until:
            raise KilledError
        with session_scope(runtime.sessions) as session:
            jobs.report_progress(session, run.token, progress)

    with session_scope(runtime.sessions) as session:
        job = jobs.find(session, JobKind.EXPORT, export_id)
        assert job is not None
        jobs.take_back_stale(session, stale_seconds=-1, max_attempts=9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobRun, "report_progress", report)
        run_job(runtime, job.id, HANDLERS)


def run_until_killed(runtime: Runtime, export_id: str, *, at: float) -> dict[Path, int]:
    """The parts that it leaves, each with what is new when it is written again."""
    with pytest.raises(KilledError):
        run(runtime, export_id, until=at)
    return {path: path.stat().st_ino for path in stored_exports(runtime)}


def ask(client: TestClient, format_: str, split: dict[str, int] | None = None) -> str:
    return str(client.post("/api/exports", json={"format": format_, "split": split}).json()["id"])


def content_of(client: TestClient, export_id: str) -> Any:
    """What is compared of a file: all but when it was made."""
    raw = client.get(f"/api/exports/{export_id}/file").content
    if raw.startswith(b"{"):
        return {key: value for key, value in json.loads(raw).items() if key != "info"}
    files = archive_of(raw)
    for name in ("manifest.json", "SHA256SUMS"):
        del files[name]
    return files


@pytest.mark.parametrize(
    ("format_", "split"), [*((format_, None) for format_ in FORMATS), ("yolo", {"train": 50, "val": 50})]
)
def test_file_after_a_killed_run_is_the_same(
    runtime: Runtime, client: TestClient, masks: list[str], format_: str, split: dict[str, int] | None
) -> None:
    whole = run_export(runtime, client, {"format": format_, "split": split})
    export_id = ask(client, format_, split)
    left = run_until_killed(runtime, export_id, at=0.5)
    assert len([path for path in left if path.parent.name == "parts"]) > 1
    run(runtime, export_id)
    out = client.get(f"/api/exports/{export_id}").json()
    assert (out["state"], out["mask_count"], out["image_count"]) == ("done", IMAGES, IMAGES)
    assert content_of(client, export_id) == content_of(client, whole["id"])
    assert not [path for path in stored_exports(runtime) if path.parent.name == "parts"]
    manifest = client.get(f"/api/exports/{export_id}/manifest").json()
    content = client.get(f"/api/exports/{export_id}/file").content
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()


def test_kept_parts_are_not_written_again(runtime: Runtime, client: TestClient, masks: list[str]) -> None:
    export_id = ask(client, "yolo")
    first = run_until_killed(runtime, export_id, at=0.5)
    second = run_until_killed(runtime, export_id, at=0.9)
    assert len(first) > 1
    assert len(second) > len(first)
    assert first.items() <= second.items()


def test_damaged_parts_are_written_again(runtime: Runtime, client: TestClient, masks: list[str]) -> None:
    export_id = ask(client, "sa1b")
    first = run_until_killed(runtime, export_id, at=0.6)
    changed, cut_off, empty, *whole = first
    changed.write_bytes(changed.read_bytes().replace(b"PK", b"KP", 1))
    cut_off.write_bytes(cut_off.read_bytes()[:-9])
    empty.write_bytes(b"")
    second = run_until_killed(runtime, export_id, at=0.9)
    assert {path for path, inode in first.items() if second[path] != inode} == {changed, cut_off, empty}
    assert whole
    run(runtime, export_id)
    assert set(archive_of(client.get(f"/api/exports/{export_id}/file").content)) > {"0.json", "6.json"}


def test_masks_changed_meanwhile_are_exported_as_they_are_now(
    runtime: Runtime, client: TestClient, masks: list[str]
) -> None:
    export_id = ask(client, "coco")
    first = run_until_killed(runtime, export_id, at=0.9)
    client.delete(f"/api/masks/{masks[1]}")
    added = save(runtime, UUID(int=2), draw(np.random.default_rng(2)))
    second = run_until_killed(runtime, export_id, at=0.95)
    assert 1 <= len(second.keys() - first.keys()) <= 2  # those of two neighbours; no others
    run(runtime, export_id)
    annotations = content_of(client, export_id)["annotations"]
    assert {record["maskloop_id"] for record in annotations} == {*masks, added} - {masks[1]}
    assert [record["id"] for record in annotations] == list(range(1, IMAGES + 1))


def test_worker_on_another_machine_goes_on(
    runtime: Runtime, client: TestClient, masks: list[str], s3_url: str, tmp_path: Path
) -> None:
    """All that the two have in common is the database and the store."""

    def machine(name: str) -> Runtime:
        settings = runtime.settings.model_copy(update={"data_dir": tmp_path / name})
        return replace(runtime, settings=settings, storage=Storage(s3_url))

    here, there = machine("here"), machine("there")
    export_id = ask(client, "png")
    with pytest.raises(KilledError):
        run(here, export_id, until=0.5)
    store = s3fs.S3FileSystem(skip_instance_cache=True)
    folder = f"{s3_url}/exports/{export_id}"
    left = {path: store.info(path)["LastModified"] for path in store.find(f"{folder}/parts")}
    assert len(left) > 1
    with pytest.raises(KilledError):
        run(there, export_id, until=0.9)
    store.invalidate_cache()
    assert {path: store.info(path)["LastModified"] for path in left} == left
    run(there, export_id)
    store.invalidate_cache()
    [file] = store.find(folder)
    assert len(archive_of(store.cat_file(file))) == 2 * IMAGES + 2
    assert client.delete(f"/api/exports/{export_id}").status_code == 204


def test_failed_export_leaves_no_parts(runtime: Runtime, client: TestClient, masks: list[str]) -> None:
    change_behind_our_back(runtime, masks[-1], rle_counts="abc")
    export = export_by_job(runtime, client, "yolo")
    assert export["state"] == "failed"
    assert stored_exports(runtime) == []


def test_export_deleted_by_somebody_else_during_a_run_leaves_nothing(
    runtime: Runtime, client: TestClient, masks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = ask(client, "yolo")
    report = JobRun.report_progress

    def delete_in_the_middle(run: JobRun, progress: float) -> None:
        if progress > 0.5:
            client.delete(f"/api/exports/{export_id}")
            left_behind = runtime.settings.data_dir / "blobs" / "exports" / export_id / "parts"
            left_behind.mkdir(parents=True, exist_ok=True)
            (left_behind / "late").write_bytes(b"a part that was on its way")
        report(run, progress)

    monkeypatch.setattr(JobRun, "report_progress", delete_in_the_middle)
    with session_scope(runtime.sessions) as session:
        job = jobs.find(session, JobKind.EXPORT, export_id)
        assert isinstance(job, Job)
    run_job(runtime, job.id, HANDLERS)
    assert stored_exports(runtime) == []
