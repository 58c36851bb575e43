"""Public models: offered, estimated, asked for, uploaded, cancelled; and what a worker makes of that."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import select, update

from backend.app import create_app
from backend.core.database import session_scope
from backend.images.models import Embedding, Image
from backend.jobs import service as jobs
from backend.jobs.models import Job, JobKind, JobQueue
from backend.jobs.run import run_job
from backend.models.models import Model
from backend.models.tasks import download_model
from backend.runtime import Runtime
from backend.settings import ExtraModel, Settings
from backend.users.models import Role
from engine.sam.config import ModelConfig
from engine.sam.operations import encoder_operations
from engine.sam.public import PUBLIC_MODELS
from tests.backend.drawing import add_image
from tests.backend.file_server import FileServer, serving
from tests.backend.own_models import FILE, PATH, extra_model, write_weights
from tests.backend.servers import wait_until
from tests.backend.worlds import ENCODER, add_model, add_person


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_weights(tmp_path_factory.mktemp("weights"))


@pytest.fixture
def web(weights: bytes) -> Iterator[FileServer]:
    with serving(weights, FILE) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, database_url: str, web: FileServer) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        frontend_dir=tmp_path / "frontend",
        extra_models=(ExtraModel(**extra_model(web.url, web.content)),),
        heartbeat_seconds=0.2,
        stale_seconds=1.5,
    )


def offered(client: TestClient, name: str = "team") -> dict[str, Any]:
    items = client.get("/api/models/public").json()["items"]
    return next(item for item in items if item["name"] == name)


def download_jobs(runtime: Runtime) -> list[Job]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return list(session.scalars(select(Job).where(Job.kind == JobKind.DOWNLOAD_MODEL)))


def measure(runtime: Runtime, *compute_ms: int, config: ModelConfig) -> None:
    """As if workers had embedded photos with a model of this size."""
    model_id = add_model(runtime)
    with session_scope(runtime.sessions) as session:
        session.get_one(Model, model_id).config = config.as_dict()
        for number, took in enumerate(compute_ms):
            session.add(
                Embedding(
                    image_sha256=f"{number:064}",
                    encoder_digest=ENCODER,
                    blob_key="none",
                    size_bytes=1,
                    compute_ms=took,
                )
            )


def test_every_public_model_is_offered_with_what_it_is(client: TestClient) -> None:
    listed = client.get("/api/models/public").json()
    assert [item["name"] for item in listed["items"]] == ["vit_t", "vit_b", "vit_l", "vit_h", "team"]
    assert (listed["photos"], listed["has_worker"]) == (0, False)
    for item in listed["items"]:
        assert item["licence"]
        assert item["description"]
        assert item["url"].endswith(item["file_name"])
        assert (item["model_id"], item["download"]) == (None, None)


def test_without_a_measurement_there_is_no_estimate(client: TestClient) -> None:
    items = client.get("/api/models/public").json()["items"]
    assert {(item["seconds_per_photo"], item["is_measured"]) for item in items} == {(None, False)}


def test_seconds_are_scaled_by_operations_from_the_median_of_the_model_at_work(
    runtime: Runtime, client: TestClient
) -> None:
    measure(runtime, 9000, 500, 480, 520, 510, config=ModelConfig.vit_t(512))  # the first one warms up
    operations = encoder_operations(ModelConfig.vit_t(512))
    for item in client.get("/api/models/public").json()["items"][:-1]:
        expected = 0.51 * encoder_operations(PUBLIC_MODELS[item["name"]].config) / operations
        assert item["seconds_per_photo"] == pytest.approx(expected)
        assert not item["is_measured"]
    assert offered(client, "vit_h")["seconds_per_photo"] > offered(client, "vit_b")["seconds_per_photo"]


def test_a_model_that_is_here_has_its_own_time_and_its_photos_are_counted(
    runtime: Runtime, client: TestClient
) -> None:
    add_image(runtime)
    add_image(runtime)
    measure(runtime, 2000, config=ModelConfig.vit_b())
    with session_scope(runtime.sessions) as session:
        model = session.scalars(select(Model)).one()
        model.weights_sha256 = PUBLIC_MODELS["vit_b"].sha256
        first = session.scalars(select(Image.sha256).limit(1)).one()
        session.execute(update(Embedding).values(image_sha256=first))
    vit_b = offered(client, "vit_b")
    assert (vit_b["model_id"], vit_b["seconds_per_photo"], vit_b["is_measured"]) == (str(model.id), 2, True)
    assert client.get("/api/models/public").json()["photos"] == 2
    work = client.get(f"/api/models/{model.id}/re-embedding").json()
    assert work == {"photos": 1, "seconds_per_photo": 2, "is_measured": True}

    other = add_model(runtime, encoder_digest="f" * 64, active=False)
    with session_scope(runtime.sessions) as session:
        session.get_one(Model, other).config = ModelConfig.vit_l().as_dict()
    work = client.get(f"/api/models/{other}/re-embedding").json()
    ratio = encoder_operations(ModelConfig.vit_l()) / encoder_operations(ModelConfig.vit_b())
    assert (work["photos"], work["is_measured"]) == (2, False)
    assert work["seconds_per_photo"] == pytest.approx(2 * ratio)


def test_asking_twice_is_one_job_and_a_failed_one_is_tried_again(
    runtime: Runtime, client: TestClient
) -> None:
    for _ in range(2):
        asked = client.post(f"{PATH}/download")
        assert (asked.status_code, asked.json()["download"]["state"]) == (202, "queued")
    [job] = download_jobs(runtime)
    assert (job.queue, job.project_id) == (JobQueue.IO, None)
    with session_scope(runtime.sessions) as session:
        token = jobs.claim(session, job.id)
        assert token
        assert jobs.report_progress(session, token, 0.5)
    running = offered(client)["download"]
    assert (running["state"], running["bytes_done"]) == (
        "running",
        round(0.5 * offered(client)["size_bytes"]),
    )
    with session_scope(runtime.sessions) as session:
        assert jobs.fail(session, token, code="unreachable", message="No connection.")
    failed = offered(client)["download"]
    assert (failed["state"], failed["error_code"], failed["error"]) == (
        "failed",
        "unreachable",
        "No connection.",
    )
    assert client.post(f"{PATH}/download").json()["download"]["state"] == "queued"
    assert [one.id for one in download_jobs(runtime)] == [job.id]


def test_what_cannot_be_downloaded_is_said_at_once(runtime: Runtime, client: TestClient) -> None:
    unknown = client.post("/api/models/public/vit_x/download")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "model_not_found")
    with session_scope(runtime.sessions) as session:
        model_id = add_model(runtime)
        session.get_one(Model, model_id).name = "team"
    taken = client.post(f"{PATH}/download")
    assert (taken.status_code, taken.json()["code"]) == (409, "model_name_taken")
    assert client.put(f"{PATH}/file", content=b"x").json()["code"] == "model_name_taken"
    assert download_jobs(runtime) == []


def test_only_admins_download(runtime: Runtime, client: TestClient) -> None:
    manager = add_person(runtime, "Mona", Role.MANAGER)
    for method, path in (("POST", "download"), ("POST", "cancel"), ("PUT", "file")):
        refused = client.request(method, f"{PATH}/{path}", headers=manager.headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert client.get("/api/models/public", headers=manager.headers).status_code == 200


def test_wrong_upload_is_refused_and_leaves_nothing(
    runtime: Runtime, client: TestClient, weights: bytes
) -> None:
    def chunked() -> Iterator[bytes]:
        yield weights
        yield b"and more than that"

    for content, status, reason in (
        (weights[:-1], 422, f"it has {len(weights) - 1:,} bytes, not {len(weights):,}"),
        (bytes(len(weights)), 422, "its content differs"),
        (chunked(), 413, f"may have {len(weights):,} bytes here"),
    ):
        refused = client.put(f"{PATH}/file", content=content)
        assert refused.status_code == status
        assert reason in refused.json()["detail"]
    assert download_jobs(runtime) == []
    assert not [path for path in (runtime.settings.data_dir / "blobs").rglob("*") if path.is_file()]


def test_file_that_does_not_fit_on_the_disk_is_refused_before_it_comes(
    runtime: Runtime, web: FileServer
) -> None:
    huge = ExtraModel(**extra_model(web.url, web.content, size_bytes=10**15))
    runtime = replace(runtime, settings=runtime.settings.model_copy(update={"extra_models": (huge,)}))
    admin = add_person(runtime, "admin", Role.ADMIN)
    with TestClient(create_app(runtime), base_url="http://localhost", headers=admin.headers) as client:
        refused = client.put(f"{PATH}/file", content=iter([b"begin"]))
        assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
        client.post(f"{PATH}/download")
        [job] = download_jobs(runtime)
        run_job(runtime, job.id, {JobKind.DOWNLOAD_MODEL: download_model})
        failed = offered(client)["download"]
        assert (failed["state"], failed["error_code"]) == ("failed", "disk_full")
        assert "this file needs 1,000,000,000,000,000 more. Make room" in failed["error"]
    assert web.requests == []
    assert not list((runtime.settings.data_dir / "downloads").iterdir())


def test_upload_that_breaks_off_leaves_nothing(server: str, runtime: Runtime, weights: bytes) -> None:
    admin = add_person(runtime, "admin", Role.ADMIN)
    url = urlsplit(server)
    head = (
        f"PUT {PATH}/file HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(weights)}\r\n"
        f"Authorization: {admin.headers['Authorization']}\r\n\r\n"
    )
    blobs = runtime.settings.data_dir / "blobs"
    with socket.create_connection((url.hostname, url.port), timeout=20) as connection:
        connection.sendall(head.encode() + weights[:10_000])
        wait_until(lambda: list(blobs.rglob("*.part")), what="the file begins")
    wait_until(lambda: not [path for path in blobs.rglob("*") if path.is_file()], what="the rest is gone")
    assert download_jobs(runtime) == []


def test_right_upload_waits_for_its_job_and_takes_the_place_of_a_download(
    runtime: Runtime, client: TestClient, weights: bytes
) -> None:
    client.post(f"{PATH}/download")
    [download] = download_jobs(runtime)
    with session_scope(runtime.sessions) as session:
        token = jobs.claim(session, download.id)
    assert client.put(f"{PATH}/file", content=weights).json()["download"]["state"] == "queued"
    with session_scope(runtime.sessions) as session:
        assert token
        assert not jobs.is_held(session, token)
    [stored] = [path for path in (runtime.settings.data_dir / "blobs").rglob("*") if path.is_file()]
    assert stored.read_bytes() == weights

    assert client.post(f"{PATH}/cancel").json()["download"] is None
    assert download_jobs(runtime) == []
    assert not stored.exists()


def test_settings_refuse_models_that_could_not_be_offered() -> None:
    good = extra_model("https://models.example.org/team.pth", b"weights")
    for change, reason in (
        ({"name": "vit_b"}, "two models are called 'vit_b'"),
        ({"sha256": "abc"}, "sha256"),
        ({"url": "ftp://models.example.org/team.pth"}, "begins with https://"),
        ({"url": "https://models.example.org/"}, "ends with the file's name"),
        ({"config": {"family": "vit", "width": 3}}, "unknown fields in the model's config: width"),
        ({"config": {}}, "not the sizes of a model"),
    ):
        with pytest.raises(ValidationError, match=reason):
            Settings(extra_models=(good | change,))  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="begins with https://"):
        Settings(model_mirror="models.example.org")


def test_mirror_changes_the_address_and_not_the_digest(tmp_path: Path) -> None:
    from backend.models.catalogue import public_models

    mirrored = public_models(Settings(data_dir=tmp_path, model_mirror="https://mirror.example.org/sam/"))
    for name, public in PUBLIC_MODELS.items():
        assert mirrored[name].url == f"https://mirror.example.org/sam/{public.file_name}"
        assert mirrored[name].sha256 == public.sha256
