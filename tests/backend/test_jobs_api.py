"""The queue as managers see it, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from backend.core.database import session_scope, utc_now
from backend.images.models import Embedding
from backend.images.service import embedding_subject, get_image
from backend.jobs import service
from backend.jobs.models import Job, JobKind, JobQueue, Worker
from backend.projects.service import ensure_first_project
from backend.runtime import Runtime
from tests.backend.drawing import add_image
from tests.backend.test_jobs_rules import age, look, messages, new_job
from tests.backend.worlds import ENCODER, add_model, first_project


def embed(runtime: Runtime, name: str) -> UUID:
    """The job of an image's embedding, queued."""
    image_id = add_image(runtime, name=name)
    with session_scope(runtime.sessions) as session:
        subject = embedding_subject(get_image(session, image_id).sha256, ENCODER)
    return new_job(runtime, subject, first_project(runtime))


def end(runtime: Runtime, job_id: UUID, error: str | None = None) -> None:
    with session_scope(runtime.sessions) as session:
        token = service.claim(session, job_id)
        assert token is not None
        if error is None:
            service.finish(session, token)
        else:
            service.fail(session, token, code="damaged", message=error)


def kinds(client: TestClient) -> dict[str, dict[str, Any]]:
    answer = client.get("/api/jobs/overview")
    assert answer.status_code == 200, answer.text
    return {kind["kind"]: kind for kind in answer.json()["kinds"]}


def failed(client: TestClient, **query: Any) -> dict[str, Any]:
    answer = client.get("/api/jobs", params={"state": "failed", **query})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_queue_is_counted_kind_by_kind(client: TestClient, runtime: Runtime) -> None:
    jobs = [embed(runtime, f"photo-{number}.jpg") for number in range(5)]
    end(runtime, jobs[0])
    end(runtime, jobs[1])
    end(runtime, jobs[2], "The file is damaged.")
    age(runtime, jobs[1], updated_at=timedelta(hours=2), finished_at=timedelta(hours=2))
    age(runtime, jobs[4], updated_at=timedelta(minutes=5))
    with session_scope(runtime.sessions) as session:
        service.claim(session, jobs[3])
        for compute_ms in (1000, 2000):
            session.add(
                Embedding(
                    image_sha256=str(compute_ms),
                    encoder_digest=ENCODER,
                    blob_key="x",
                    size_bytes=1,
                    compute_ms=compute_ms,
                )
            )
    told = kinds(client)
    counts = {name: told["embed"][name] for name in ("queued", "running", "failed", "done_last_hour")}
    assert counts == {"queued": 1, "running": 1, "failed": 1, "done_last_hour": 1}
    assert told["embed"]["seconds_each"] == 1.5
    assert look(runtime, jobs[4]).updated_at.isoformat()[:19] == told["embed"]["waiting_since"][:19]
    assert told["export"]["queued"] == 0
    assert told["export"]["waiting_since"] is None


def test_worker_that_went_silent_is_told_from_those_alive(client: TestClient, runtime: Runtime) -> None:
    now = utc_now()
    with session_scope(runtime.sessions) as session:
        session.add(Worker(id=uuid4(), host="alpha", pid=1, queues=["embed"], heartbeat_at=now))
        session.add(
            Worker(id=uuid4(), host="beta", pid=2, queues=["io"], heartbeat_at=now - timedelta(minutes=1))
        )
    workers = client.get("/api/jobs/overview").json()["workers"]
    assert [(worker["host"], worker["pid"], worker["alive"]) for worker in workers] == [
        ("alpha", 1, True),
        ("beta", 2, False),
    ]


def test_failed_job_names_its_image_and_the_reason(client: TestClient, runtime: Runtime) -> None:
    end(runtime, embed(runtime, "cat.jpg"), "The stored picture is missing.")
    end(runtime, new_job(runtime, f"{'0' * 64}:{ENCODER}", first_project(runtime)), "Its image is gone.")
    with session_scope(runtime.sessions) as session:
        export = service.enqueue(
            session, JobKind.EXPORT, str(uuid4()), JobQueue.IO, project_id=ensure_first_project(session).id
        ).id
    end(runtime, export, "The disk is full.")
    told = [
        (job["kind"], job["image_name"], job["error"], job["attempts"]) for job in failed(client)["items"]
    ]
    assert told == [
        ("export", None, "The disk is full.", 1),
        ("embed", None, "Its image is gone.", 1),
        ("embed", "cat.jpg", "The stored picture is missing.", 1),
    ]
    [only] = failed(client, kind="export")["items"]
    assert only["kind"] == "export"
    assert client.get("/api/jobs", params={"state": "running"}).json()["items"] == []


def test_job_about_an_image_of_larger_work_names_it(client: TestClient, runtime: Runtime) -> None:
    image_id = add_image(runtime, name="street.jpg")
    with session_scope(runtime.sessions) as session:
        job_id = service.enqueue(
            session,
            JobKind.EXPORT,
            f"{uuid4()}:{image_id}",
            JobQueue.IO,
            project_id=ensure_first_project(session).id,
        ).id
    end(runtime, job_id, "No.")
    [job] = failed(client)["items"]
    assert (job["image_name"], job["image_id"]) == ("street.jpg", str(image_id))


def test_failed_jobs_come_page_by_page_newest_first(client: TestClient, runtime: Runtime) -> None:
    for number in range(5):
        end(runtime, embed(runtime, f"photo-{number}.jpg"), "No.")
    seen: list[str] = []
    page = failed(client, limit=2)
    seen += [job["image_name"] for job in page["items"]]
    while page["next"]:
        page = failed(client, limit=2, before=page["next"])
        seen += [job["image_name"] for job in page["items"]]
    assert seen == [f"photo-{number}.jpg" for number in (4, 3, 2, 1, 0)]
    assert client.get("/api/jobs", params={"before": str(uuid4())}).json()["code"] == "invalid_request"


def test_retried_job_is_sent_again_with_all_its_attempts(client: TestClient, runtime: Runtime) -> None:
    job_id = embed(runtime, "cat.jpg")
    end(runtime, job_id, "No.")
    for path in runtime.settings.queue_dir.glob("*.msg"):
        path.unlink()
    answer = client.post(f"/api/jobs/{job_id}/retry")
    assert (answer.json()["state"], answer.json()["attempts"], answer.json()["error"]) == ("queued", 0, None)
    assert len(messages(runtime)) == 1
    again = client.post(f"/api/jobs/{job_id}/retry")
    assert (again.status_code, again.json()["code"]) == (409, "not_failed")
    assert client.post(f"/api/jobs/{uuid4()}/retry").status_code == 404


def test_all_failed_jobs_of_a_kind_are_retried_at_once(client: TestClient, runtime: Runtime) -> None:
    jobs = [embed(runtime, f"photo-{number}.jpg") for number in range(4)]
    for job_id in jobs[:3]:
        end(runtime, job_id, "No.")
    with session_scope(runtime.sessions) as session:
        export = service.enqueue(
            session, JobKind.EXPORT, str(uuid4()), JobQueue.IO, project_id=ensure_first_project(session).id
        ).id
    end(runtime, export, "No.")
    sent_before = len(messages(runtime))
    assert client.post("/api/jobs/retry", json={"kind": "embed"}).json() == {"retried": 3}
    assert len(messages(runtime)) == sent_before + 3
    assert kinds(client)["embed"]["failed"] == 0
    assert kinds(client)["embed"]["queued"] == 4
    assert kinds(client)["export"]["failed"] == 1
    assert client.post("/api/jobs/retry", json={"kind": "embed"}).json() == {"retried": 0}
    with session_scope(runtime.sessions, read_only=True) as session:
        assert session.get_one(Job, jobs[0]).error is None


def test_failed_jobs_of_one_reason_are_retried(client: TestClient, runtime: Runtime) -> None:
    for number, reason in enumerate(["The disk is full.", "The disk is full.", "The photo is gone."]):
        end(runtime, embed(runtime, f"photo-{number}.jpg"), reason)
    wanted = {"kind": "embed", "reason": "The disk is full."}
    assert client.post("/api/jobs/retry", json=wanted).json() == {"retried": 2}
    assert [job["error"] for job in failed(client)["items"]] == ["The photo is gone."]
    assert client.post("/api/jobs/retry", json=wanted).json() == {"retried": 0}


def test_failed_jobs_without_a_reason_are_retried_by_its_wording(
    client: TestClient, runtime: Runtime
) -> None:
    jobs = [embed(runtime, f"photo-{number}.jpg") for number in range(2)]
    for job_id in jobs:
        end(runtime, job_id, "No.")
    with session_scope(runtime.sessions) as session:
        session.get_one(Job, jobs[0]).error = None
    wanted = {"kind": "embed", "reason": service.UNTOLD}
    assert client.post("/api/jobs/retry", json=wanted).json() == {"retried": 1}


@pytest.mark.parametrize("body", [{}, {"kind": "melt"}])
def test_unknown_kind_is_not_retried(client: TestClient, body: dict[str, str]) -> None:
    assert client.post("/api/jobs/retry", json=body).status_code == 422


def test_jobs_that_no_live_worker_takes_are_told(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    embed(runtime, "photo.jpg")
    made = client.post("/api/exports", json={"format": "coco"})
    assert made.status_code == 202, made.text
    now = utc_now()
    with session_scope(runtime.sessions) as session:
        session.add(Worker(id=uuid4(), host="alpha", pid=1, queues=["embed", "train"], heartbeat_at=now))
        silent = now - timedelta(minutes=1)
        session.add(Worker(id=uuid4(), host="beta", pid=2, queues=["io"], heartbeat_at=silent))
    told = client.get("/api/jobs/overview").json()
    assert told["unserved"] == [{"queue": "io", "queued": 1}]
    assert [worker["queues"] for worker in told["workers"]] == [["embed", "train"], ["io"]]


def test_running_job_tells_since_when(client: TestClient, runtime: Runtime) -> None:
    first, second = (embed(runtime, f"photo-{number}.jpg") for number in range(2))
    assert kinds(client)["embed"]["running_since"] is None
    with session_scope(runtime.sessions) as session:
        service.claim(session, first)
        service.claim(session, second)
    age(runtime, first, started_at=timedelta(minutes=7))
    since = datetime.fromisoformat(kinds(client)["embed"]["running_since"])
    assert timedelta(minutes=7) <= utc_now() - since < timedelta(minutes=8)

    # Taken back from a worker that went silent, it does not run any more.
    age(runtime, first, heartbeat_at=timedelta(minutes=1))
    with session_scope(runtime.sessions) as session:
        service.take_back_stale(session, stale_seconds=15, max_attempts=3)
    [waiting] = client.get("/api/jobs", params={"state": "queued"}).json()["items"]
    assert waiting["started_at"] is None
    since = datetime.fromisoformat(kinds(client)["embed"]["running_since"])
    assert utc_now() - since < timedelta(minutes=1)
