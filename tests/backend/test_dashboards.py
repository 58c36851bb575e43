"""The dashboard over HTTP, beside figures counted by hand."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient

from backend.core.database import session_scope, utc_now
from backend.core.storage import Storage
from backend.dashboards.schemas import Chart
from backend.dashboards.tables import harmless
from backend.images.models import Image
from backend.jobs.models import Job, JobKind, JobQueue, JobState, Worker
from backend.masks.models import Mask, MaskSource, MaskState
from backend.models import registry
from backend.models.models import Model
from backend.projects.models import Stage
from backend.runtime import Runtime
from tests.backend.drawing import add_image, counts_of, draw
from tests.backend.test_batches import make_batch
from tests.backend.test_quality import rectangle
from tests.backend.test_quality import save as save_masks
from tests.backend.test_work import add_one, decide, take, take_next
from tests.backend.worlds import Person, add_model, add_person, first_batch, first_project

FIRST_DAY = date(2026, 5, 1)

pytestmark = pytest.mark.usefixtures("exact_tallies")


@pytest.fixture
def anna(runtime: Runtime) -> Person:
    return add_person(runtime, "Anna")


@pytest.fixture
def bert(runtime: Runtime) -> Person:
    return add_person(runtime, "Bert")


def noon(day: int) -> datetime:
    return datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 12, tzinfo=UTC) + timedelta(days=day)


def add_mask(
    runtime: Runtime,
    image_id: UUID,
    *,
    day: int = 0,
    seconds: float = 0,
    clicks: int = 0,
    box: bool = False,
    author: Person | None = None,
    model_id: UUID | None = None,
    source: MaskSource = MaskSource.CLICKED,
    stage: Stage = Stage.ASSISTED_MANUAL,
    state: MaskState = MaskState.ACCEPTED,
) -> None:
    with session_scope(runtime.sessions) as session:
        session.add(
            Mask(
                id=uuid4(),
                image_id=image_id,
                stage=stage,
                source=source,
                model_id=model_id,
                rle_counts=counts_of(draw(np.random.default_rng(1))),
                height=40,
                width=60,
                bbox_x=0,
                bbox_y=0,
                bbox_w=1,
                bbox_h=1,
                area_px=1,
                active_ms=round(seconds * 1000),
                prompts={
                    "points": [{"x": 1, "y": 1, "label": 1}] * clicks,
                    "box": [0, 0, 5, 5] if box else None,
                    "candidate": None,
                    "strokes": {"brush": 0, "erase": 0},
                },
                state=state,
                author_id=author.id if author else None,
                created_at=noon(day),
                accepted_at=noon(day) if state == MaskState.ACCEPTED else None,
            )
        )


def submit_at(runtime: Runtime, client: TestClient, image_id: str, person: Person, day: int) -> None:
    take(client, image_id, person)
    assert decide(client, image_id, "submit", person).is_success
    with session_scope(runtime.sessions) as session:
        session.get_one(Image, UUID(image_id)).submitted_at = noon(day)


def show(client: TestClient, **filters: Any) -> dict[str, Any]:
    answer = client.get("/api/dashboard", params=filters)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def table(client: TestClient, chart: str, **filters: Any) -> list[dict[str, str]]:
    answer = client.get(f"/api/dashboard/{chart}.csv", params=filters)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(StringIO(answer.text)))


def test_a_new_project_has_no_figures_and_no_errors(client: TestClient) -> None:
    told = show(client)
    assert [row["stage"] for row in told["stages"]] == list(Stage)
    for row in told["stages"]:
        assert (row["masks"], row["proposals"], row["images"]["total"]) == (0, 0, 0)
        assert row["median_seconds"] is row["masks_per_image"] is row["machine_share"] is None
    assert told["totals"] == {
        "masks": 0,
        "proposals": 0,
        "mean_seconds": None,
        "median_seconds": None,
        "clicks_per_mask": None,
        "machine_share": None,
    }
    assert told["days"] == told["models"] == told["annotators"] == told["sources"] == []
    assert told["forecast"] == {
        "images_left": 0,
        "seconds_left": None if told["forecast"]["seconds_left"] is None else 0,
        "images_per_day": None,
        "done_on": None,
    }
    assert (told["choices"]["first_day"], told["choices"]["authors"]) == (None, [])
    assert [row["compared"] for row in told["agreement"]] == [0, 0]


def test_figures_of_masks_and_each_filter(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    old, new = add_model(runtime), add_model(runtime, encoder_digest="a" * 64, active=False)
    image, later = add_image(runtime), add_image(runtime)
    batch = make_batch(client, "Later")
    client.patch("/api/images", json={"image_ids": [str(later)], "batch_id": batch})
    add_mask(runtime, image, seconds=10, clicks=3, author=anna, model_id=old)
    add_mask(runtime, image, day=1, seconds=20, clicks=1, box=True, author=anna, model_id=old)
    add_mask(runtime, image, day=1, seconds=6, clicks=1, author=bert, model_id=new)
    add_mask(runtime, image, day=1, source=MaskSource.IMPORTED, author=bert)
    add_mask(runtime, image, state=MaskState.REJECTED)
    semi: dict[str, Any] = {"stage": Stage.SEMI_AUTOMATIC, "source": MaskSource.DETECTED, "model_id": new}
    add_mask(runtime, later, day=2, **semi)
    add_mask(runtime, later, day=2, seconds=4, clicks=2, **semi)
    add_mask(runtime, later, state=MaskState.PROPOSED, **semi)

    told = show(client)
    manual, proposed, automatic = told["stages"]
    assert (manual["masks"], manual["mean_seconds"], manual["clicks_per_mask"]) == (4, 12.0, 2.0)
    assert manual["median_seconds"] == pytest.approx(10, rel=0.15)
    assert manual["machine_share"] == 0.25
    assert (proposed["masks"], proposed["proposals"], proposed["machine_share"]) == (2, 1, 0.5)
    assert automatic["masks"] == 0
    totals = told["totals"]
    assert (totals["masks"], totals["proposals"], totals["mean_seconds"]) == (6, 1, 10.0)
    assert totals["median_seconds"] == pytest.approx(8, rel=0.25)
    assert (totals["clicks_per_mask"], totals["machine_share"]) == (2.0, 0.3333)
    # Both batches are in the first stage now, and no image is finished.
    assert (manual["images"]["total"], manual["masks_per_image"]) == (2, None)
    assert [(row["day"], row["masks"], row["mean_seconds"]) for row in told["days"]] == [
        ("2026-05-01", 1, 10.0),
        ("2026-05-02", 3, 13.0),
        ("2026-05-03", 2, 4.0),
    ]
    assert told["days"][1]["sources"] == {"clicked": 2, "imported": 1}
    assert told["sources"] == [
        {"source": "clicked", "masks": 3},
        {"source": "detected", "masks": 2},
        {"source": "imported", "masks": 1},
    ]
    by_name = {row["name"]: row for row in told["annotators"]}
    assert list(by_name) == ["Anna", "Bert"]
    assert (by_name["Anna"]["masks"], by_name["Anna"]["hours"]) == (2, 0.01)
    assert by_name["Anna"]["masks_per_hour"] == 240.0
    assert (by_name["Bert"]["masks"], by_name["Bert"]["mean_seconds"]) == (2, 6.0)
    assert [(row["id"], row["masks"], row["timed_masks"]) for row in told["models"]] == [
        (str(old), 2, 2),
        (str(new), 3, 2),
    ]
    assert told["choices"]["first_day"] == "2026-05-01"
    assert told["choices"]["last_day"] == "2026-05-03"
    assert [one["name"] for one in told["choices"]["batches"]] == ["First batch", "Later"]
    assert {one["id"] for one in told["choices"]["authors"]} == {str(anna.id), str(bert.id)}
    assert {one["id"] for one in told["choices"]["models"]} == {str(old), str(new)}

    def masks(**filters: Any) -> int:
        return sum(row["masks"] for row in show(client, **filters)["stages"])

    assert masks(**{"from": "2026-05-02", "to": "2026-05-02"}) == 3
    assert masks(**{"from": "2026-05-03"}) == 2
    assert masks(batch=batch) == 2
    assert masks(stage=["semi_automatic", "fully_automatic"]) == 2
    assert masks(author=str(bert.id)) == 2
    assert masks(author=[str(anna.id), str(bert.id)]) == 4
    assert masks(model=str(new)) == 3
    assert masks(model=str(new), author=str(bert.id), to="2026-05-02") == 1
    assert masks(batch=str(uuid4())) == 0
    assert show(client, batch=batch)["choices"] == told["choices"]
    assert [row["id"] for row in show(client, model=str(new))["models"]] == [str(new)]


def test_images_count_for_who_submitted_them_last_and_on_that_day(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    add_model(runtime)
    first, second, third = (add_one(runtime, f"photo-{number}.jpg") for number in range(3))
    for image in (first, second):
        add_mask(runtime, UUID(image), seconds=30, author=anna)
    add_mask(runtime, UUID(second), seconds=30, author=bert)
    submit_at(runtime, client, first, anna, day=0)
    submit_at(runtime, client, second, anna, day=0)
    assert client.post(f"/api/images/{second}/reopen").is_success
    told = show(client)
    assert [(row["day"], row["images"]) for row in told["days"]] == [("2026-05-01", 1)]
    submit_at(runtime, client, second, bert, day=2)
    told = show(client)
    assert [(row["day"], row["images"]) for row in told["days"]] == [("2026-05-01", 1), ("2026-05-03", 1)]
    assert {row["name"]: row["images"] for row in told["annotators"]} == {"Anna": 1, "Bert": 1}
    assert told["stages"][0]["masks_per_image"] == 1.5
    assert [row["images"] for row in show(client, author=str(bert.id))["days"]] == [0, 1]
    assert [row["images"] for row in show(client, **{"from": "2026-05-02"})["days"]] == [1]
    assert told["forecast"] == {
        "images_left": 1,
        "seconds_left": 45,
        "images_per_day": 1.0,
        "done_on": str(utc_now().date() + timedelta(days=1)),
    }
    assert client.post(f"/api/images/{third}/skip", json={"note": "blurred"}).is_success
    assert show(client)["forecast"]["images_left"] == 0


def test_second_looks_and_audits_tell_agreement_and_count_in_nothing_else(
    client: TestClient, runtime: Runtime, anna: Person, bert: Person
) -> None:
    add_model(runtime)
    image = add_one(runtime, "photo.jpg")
    with session_scope(runtime.sessions) as session:
        first_batch(session).second_share = 1.0
    take(client, image, anna)
    save_masks(client, image, anna, rectangle(0, 0, 10, 10), rectangle(20, 20, 10, 10))
    assert decide(client, image, "submit", anna).is_success
    before = show(client)
    twin = take_next(client, bert)
    assert twin is not None
    save_masks(client, twin, bert, rectangle(0, 0, 10, 10), rectangle(20, 20, 10, 8))
    assert decide(client, twin, "submit", bert).is_success
    told = show(client)
    looks, audits = told.pop("agreement")
    assert (looks["kind"], looks["compared"], looks["mean_iou"]) == ("second_look", 2, 0.9)
    assert (looks["share_075"], looks["share_090"]) == (1.0, 0.5)
    assert [(row["from"], row["masks"]) for row in looks["histogram"] if row["masks"]] == [
        (0.8, 1),
        (0.95, 1),
    ]
    assert (audits["compared"], audits["mean_iou"]) == (0, None)
    before.pop("agreement")
    assert told == before
    assert show(client, to="2026-01-01")["agreement"][0]["compared"] == 0
    batch = before["choices"]["batches"][0]["id"]
    assert show(client, batch=batch)["agreement"][0]["compared"] == 2
    assert len(table(client, "agreement")) == 40


def test_promotions_and_the_models_they_put_to_use(
    client: TestClient, runtime: Runtime, anna: Person
) -> None:
    add_model(runtime)
    new = add_model(runtime, encoder_digest="a" * 64, active=False)
    project_id = first_project(runtime)
    with session_scope(runtime.sessions) as session:
        model = session.get_one(Model, new)
        registry.promote(session, project_id, model, by=None, reason="=better")
    told = show(client)
    [promotion] = told["promotions"]
    assert (promotion["model_id"], promotion["by"], promotion["previous"]) == (
        str(new),
        None,
        "model-eeeeeeee",
    )
    [row] = told["models"]
    assert (row["id"], row["first_promoted_at"]) == (str(new), promotion["at"])
    assert [row["reason"] for row in table(client, "promotions")] == ["'=better"]
    assert show(client, to="2026-01-01")["promotions"] == []


def test_figures_are_of_one_project(client: TestClient, runtime: Runtime, anna: Person) -> None:
    add_mask(runtime, add_image(runtime), seconds=5, author=anna)
    other = client.post("/api/projects", json={"name": "Cells"}).json()["id"]
    told = show(client, project=other)
    assert told["days"] == told["annotators"] == told["choices"]["authors"] == []
    assert sum(row["images"]["total"] for row in told["stages"]) == 0
    mine = client.get("/api/projects").json()
    home = next(one["id"] for one in mine if one["id"] != other)
    foreign = client.get("/api/batches", params={"project": home}).json()[0]["id"]
    assert sum(row["masks"] for row in show(client, project=other, batch=foreign)["stages"]) == 0


def test_machines(client: TestClient, runtime: Runtime) -> None:
    project_id, now = first_project(runtime), utc_now()
    common: dict[str, Any] = {"kind": JobKind.EMBED, "queue": JobQueue.EMBED, "project_id": project_id}
    ended: dict[str, Any] = common | {"finished_at": now, "started_at": now - timedelta(seconds=3)}
    failed: dict[str, Any] = ended | {"state": JobState.FAILED}
    with session_scope(runtime.sessions) as session:
        session.add_all(
            [
                Job(subject="1", **common),
                Job(subject="2", state=JobState.RUNNING, **common),
                Job(subject="3", state=JobState.DONE, **ended),
                Job(subject="4", **failed, error="No such photo."),
                Job(subject="5", **failed, error="No such photo."),
                Job(subject="6", **failed),
                Job(subject="7", **failed | {"project_id": None}),
                Job(
                    subject="8",
                    state=JobState.DONE,
                    **ended | {"finished_at": now - timedelta(days=2)},
                    updated_at=now - timedelta(days=2),
                ),
                Worker(host="a", pid=1, queues=["embed", "io"], heartbeat_at=now),
                Worker(host="a", pid=2, queues=["embed"], heartbeat_at=now - timedelta(hours=1)),
            ]
        )
    runtime.storage.put("originals/ab/abc", b"12345")
    runtime.storage.put("exports/one/two/file", b"123")
    told = client.get("/api/dashboard/machines").json()
    queues = {row.pop("queue"): row for row in told["queues"]}
    assert queues["embed"] == {"queued": 1, "running": 1, "workers": 1}
    assert queues["io"] == {"queued": 0, "running": 0, "workers": 1}
    [hour] = told["hours"]
    assert (hour["done"], hour["failed"], hour["mean_seconds"]) == (1, 3, 3.0)
    assert datetime.fromisoformat(hour["hour"]) == now.replace(minute=0, second=0, microsecond=0)
    assert {row["reason"]: row["jobs"] for row in told["failures"]} == {
        "No such photo.": 2,
        "It has failed without a reason.": 1,
    }
    assert told["storage"] == [{"what": "photos", "bytes": 5}, {"what": "exports", "bytes": 3}]
    assert 0 < told["disk"]["free_bytes"] <= told["disk"]["total_bytes"]
    runtime.storage.put("exports/one/more", b"123")
    assert client.get("/api/dashboard/machines").json()["storage"] == told["storage"]  # not listed again yet
    assert [row["bytes"] for row in table(client, "storage")] == ["5", "3"]


def test_storage_in_s3_is_listed_by_folder_and_has_no_disk(s3_url: str) -> None:
    storage = Storage(s3_url)
    assert storage.bytes_by_folder() == {}
    storage.put("originals/ab/abc", b"12345")
    storage.put("originals/cd/cde", b"1")
    storage.put("embeddings/ab/abc", b"12345")
    Storage(s3_url).put("exports/one", b"12")  # another process
    assert storage.bytes_by_folder(without=["embeddings"]) == {"originals": 6, "exports": 2}
    assert storage.disk_bytes() is None


@pytest.mark.parametrize("chart", list(Chart))
def test_every_chart_is_a_table_with_the_names_of_its_fields(
    client: TestClient, runtime: Runtime, anna: Person, chart: Chart
) -> None:
    add_mask(runtime, add_image(runtime), seconds=5, clicks=2, author=anna, model_id=add_model(runtime))
    client.patch("/api/project", json={"name": "Zellen, gefärbt"})
    answer = client.get(f"/api/dashboard/{chart}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (f'attachment; filename="{chart}-zellen-gef-rbt.csv"')
    rows = list(csv.reader(StringIO(answer.text)))
    assert all(len(row) == len(rows[0]) for row in rows)
    assert len(set(rows[0])) == len(rows[0])
    if chart == Chart.DAYS:
        [day] = table(client, chart)
        assert (day["day"], day["masks"], day["sources_clicked"], day["sources_merged"]) == (
            "2026-05-01",
            "1",
            "1",
            "0",
        )
    if chart == Chart.STAGES:
        assert {row["stage"]: row["images_total"] for row in table(client, chart)}["assisted_manual"] == "1"
    if chart == Chart.ANNOTATORS:
        assert [row["name"] for row in table(client, chart)] == ["Anna"]
        assert table(client, chart, author=str(uuid4())) == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cells_that_a_spreadsheet_would_run_are_harmless(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless("a=1") == "a=1"
    assert harmless(-1.5) == -1.5


def test_what_is_no_filter_is_refused(client: TestClient) -> None:
    for wrong in ({"from": "yesterday"}, {"batch": "first"}, {"stage": "fourth"}):
        assert client.get("/api/dashboard", params=wrong).status_code == 422
    assert client.get("/api/dashboard/everything.csv").status_code == 422
