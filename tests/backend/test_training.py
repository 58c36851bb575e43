"""When runs start and what they learn from, on both databases; test_training_runs.py does runs."""

from __future__ import annotations

import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from backend.app import create_app
from backend.core.database import session_scope, utc_now
from backend.feeds import training_events
from backend.jobs.models import Job, JobKind
from backend.masks import service as masks
from backend.masks.models import Mask, MaskSource
from backend.masks.schemas import MaskIn
from backend.masks.states import Verb
from backend.models.models import Model
from backend.models.schemas import HeldOut, ModelQuality, RunMetrics
from backend.projects.models import Stage
from backend.runtime import Runtime, open_runtime
from backend.training import gate, rules, service
from backend.training.manifest import write_manifest
from backend.training.models import RunState, TrainingPoint, TrainingRule, TrainingRun, Trains, Trigger
from backend.training.rules import News
from backend.training.schemas import RuleIn, RunSettings
from backend.training.selection import is_held_out
from backend.training.sweep import start_due_runs
from backend.users.models import Role
from tests.backend.drawing import draw, mask_body
from tests.backend.retraining import annotate, chosen_discs
from tests.backend.worlds import add_model, add_person, first_project, import_photos

NOON = datetime(2026, 5, 5, 12, 0, tzinfo=UTC)
FIRST = Stage.ASSISTED_MANUAL


def rule(**values: Any) -> TrainingRule:
    return TrainingRule(stage=FIRST, **(RuleIn(**values).model_dump()))


def news(masks: int, *, hours: float | None = None, **values: Any) -> News:
    """So many new masks, so many hours after the last run."""
    last = None if hours is None else NOON - timedelta(hours=hours)
    values = {"is_running": False, "obstacle": None} | values
    return News(masks, min(masks, 3), last, **values)


@pytest.mark.parametrize(
    ("wanted", "there", "trigger", "sentence"),
    [
        ({}, news(9), None, "Would not start now: 9 new masks, and nothing but a person starts a run."),
        ({"every_masks": 10}, news(9), None, "Would not start now: 9 new masks; 1 more are needed."),
        ({"every_masks": 10}, news(1240), Trigger.MASKS, "Would start now: 1,240 new masks."),
        (
            {"every_hours": 6, "least_masks": 5},
            news(5, hours=4.5),
            None,
            "Would not start now: 5 new masks; 1.5 hours are left.",
        ),
        (
            {"every_hours": 6, "least_masks": 5},
            news(5, hours=6),
            Trigger.HOURS,
            "Would start now: 5 new masks.",
        ),
        (
            {"every_hours": 6, "least_masks": 5},
            news(4, hours=9),
            None,
            "Would not start now: 4 new masks; with 1 more, time counts.",
        ),
        ({"every_masks": 1}, news(0, hours=9), None, "Would not start now: no new masks; 1 more are needed."),
        (
            {"every_masks": 1},
            news(5, is_running=True),
            None,
            "A run is going on; 5 new masks since the last one.",
        ),
        ({"every_masks": 1}, news(5, obstacle="Annotate more."), None, "Annotate more."),
        (
            {"every_masks": 1, "quiet_from": "09:00", "quiet_to": "17:30"},
            news(5),
            None,
            "Would start at 17:30 UTC, after the quiet hours: 5 new masks.",
        ),
        (
            {"every_masks": 1, "quiet_from": "22:00", "quiet_to": "06:00"},
            news(5),
            Trigger.MASKS,
            "Would start now: 5 new masks.",
        ),
    ],
)
def test_rule_starts_a_run_and_says_why_or_why_not(
    wanted: dict[str, Any], there: News, trigger: Trigger | None, sentence: str
) -> None:
    assert rules.due(rule(**wanted), there, NOON) == trigger
    assert rules.sentence(rule(**wanted), there, NOON) == sentence


def test_quiet_hours_may_go_over_midnight() -> None:
    night = rule(quiet_from="22:00", quiet_to="06:00")
    quiet = [hour for hour in range(24) if rules.in_quiet_hours(night, NOON.replace(hour=hour))]
    assert quiet == [0, 1, 2, 3, 4, 5, 22, 23]
    assert all(
        rules.in_quiet_hours(rule(quiet_from="08:00", quiet_to="08:00"), NOON.replace(hour=hour))
        for hour in range(24)
    )


def test_batch_that_enters_a_stage_starts_one_run_after_the_quiet_hours() -> None:
    entering = rule(on_entering=True, quiet_from="11:00", quiet_to="13:00")
    entering.entered_at = NOON
    assert rules.due(entering, news(3, hours=5), NOON) is None
    assert rules.due(entering, news(3, hours=5), NOON + timedelta(hours=1)) == Trigger.ENTERING
    assert rules.due(entering, news(0, hours=5), NOON + timedelta(hours=1)) is None
    later = News(3, 3, NOON + timedelta(hours=1), is_running=False, obstacle=None)
    assert rules.due(entering, later, NOON + timedelta(hours=2)) is None


@pytest.mark.parametrize(
    ("after", "margin", "promote", "passes"),
    [
        (0.5, 0.0, "gate", True),
        (0.49, 0.0, "gate", False),
        (0.55, 0.06, "gate", False),
        (0.9, 0.0, "never", False),
    ],
)
def test_gate_lets_what_is_not_worse_by_the_margin_pass(
    after: float, margin: float, promote: str, passes: bool
) -> None:
    settings = RunSettings.model_validate(
        {"trains": "decoder", "minutes": 1, "promote": promote, "margin": margin}
    )

    def quality(iou: float) -> ModelQuality:
        return ModelQuality(miou={"1": iou, "3": iou, "5": iou}, noc85=3, by_source={})

    metrics = RunMetrics(held_out=HeldOut(images=2, masks=9), before=quality(0.5), after=quality(after))
    decision = gate.decide(settings, metrics, has_learnt=True, is_parent_in_use=True)
    assert decision.promote == passes
    assert f"0.500 before, {after:.3f} after, on 9 held-out masks" in decision.verdict
    for has_learnt, is_parent_in_use in ((False, True), (True, False)):
        other = gate.decide(settings, metrics, has_learnt=has_learnt, is_parent_in_use=is_parent_in_use)
        assert not other.promote


# ---- snapshots --------------------------------------------------------------------------------------------


def manifest(runtime: Runtime) -> tuple[bytes, dict[str, bool]]:
    """The bytes of a snapshot taken now, and the side of each image by its content."""
    project_id = first_project(runtime)
    file = io.BytesIO()
    with session_scope(runtime.sessions, read_only=True) as session:
        totals, digest = write_manifest(session, project_id, file)
    content = file.getvalue()
    lines = [json.loads(line) for line in content.splitlines()]
    assert digest == hashlib.sha256(content).hexdigest()
    assert totals.images == len(lines)
    assert totals.held_out_masks == sum(len(line["masks"]) for line in lines if line["held_out"])
    return content, {line["sha256"]: line["held_out"] for line in lines}


def test_no_image_ever_changes_sides_whatever_comes_and_goes(runtime: Runtime) -> None:
    random = np.random.default_rng(7)
    sides: dict[str, bool] = {}
    ids: list[UUID] = []
    for round_number in range(4):
        ids += import_photos(runtime, 12 * (round_number + 1), size=(60, 40))
        with session_scope(runtime.sessions) as session:
            for image_id in random.permutation(np.array(ids, object))[:10]:
                body = mask_body(image_id, draw(random))
                masks.save_mask(session, uuid4(), MaskIn.model_validate(body), by=None)
            [gone, *_] = session.scalars(select(Mask).limit(1))
            masks.take_step(session, gone.id, Verb.DELETE, by=None)
        _, now = manifest(runtime)
        assert {
            sha256: side for sha256, side in now.items() if sha256 in sides and sides[sha256] != side
        } == {}
        sides |= now
    assert set(sides.values()) == {True, False}


def test_sides_are_those_that_the_engine_gives_the_same_names() -> None:
    from engine.train import datasets

    names = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(3000)]
    assert [is_held_out(name) for name in names] == [datasets.is_held_out(name) for name in names]
    assert 0.08 < np.mean([is_held_out(name) for name in names]) < 0.12


def test_same_masks_give_the_same_snapshot_and_another_mask_another(runtime: Runtime) -> None:
    ids = import_photos(runtime, 3, size=(60, 40))
    random = np.random.default_rng(1)
    with session_scope(runtime.sessions) as session:
        for image_id in ids:
            masks.save_mask(
                session, uuid4(), MaskIn.model_validate(mask_body(image_id, draw(random))), by=None
            )
    before, _ = manifest(runtime)
    assert manifest(runtime)[0] == before
    with session_scope(runtime.sessions) as session:
        masks.save_mask(session, uuid4(), MaskIn.model_validate(mask_body(ids[0], draw(random))), by=None)
    assert manifest(runtime)[0] != before


def test_automatic_masks_are_learnt_from_only_once_a_person_has_corrected_them(runtime: Runtime) -> None:
    [image_id] = import_photos(runtime, 1, size=(60, 40))
    body = mask_body(image_id, draw(np.random.default_rng(1)))
    with session_scope(runtime.sessions) as session:
        masks.save_mask(session, uuid4(), MaskIn.model_validate(body), by=None)
        session.connection().execute(update(Mask).values(source=MaskSource.AUTOMATIC))
    assert manifest(runtime)[1] == {}
    with session_scope(runtime.sessions) as session:
        session.connection().execute(update(Mask).values(version=2))
    assert len(manifest(runtime)[1]) == 1


# ---- runs over HTTP ---------------------------------------------------------------------------------------


@pytest.fixture
def annotated(runtime: Runtime, client: TestClient) -> Runtime:
    """Enough to be retrained: images on both sides of the split, each with a mask."""
    add_model(runtime)
    annotate(runtime, chosen_discs(3, 1))
    return runtime


def test_admin_asks_for_a_run_follows_stops_and_retries_it(annotated: Runtime, client: TestClient) -> None:
    asked = client.post("/api/training/runs", json={"stage": FIRST, "minutes": 3, "note": "for the demo"})
    assert asked.status_code == 201, asked.text
    run = asked.json()
    assert (run["state"], run["trigger"], run["asked_by_name"]) == ("queued", "person", "admin")
    assert run["settings"] == {
        "trains": "decoder",
        "minutes": 3.0,
        "promote": "gate",
        "margin": 0.0,
        "note": "for the demo",
    }
    assert client.get("/api/training/runs").json() == [run]
    second = client.post("/api/training/runs", json={"stage": "semi_automatic"})
    assert (second.status_code, second.json()["code"]) == (409, "training_running")
    [outlook, *_] = client.get("/api/training/outlook").json()
    assert (outlook["would_start"], outlook["sentence"][:17]) == (False, "A run is going on")

    with session_scope(annotated.sessions) as session:
        for step in (1, 2, 3):
            session.add(
                TrainingPoint(run_id=UUID(run["id"]), step=step, minutes=0.1, loss=1.0, iou_by_round=[0.5])
            )
    told = client.get(f"/api/training/runs/{run['id']}/points", params={"after": 1}).json()
    assert [point["step"] for point in told] == [2, 3]

    path = f"/api/training/runs/{run['id']}"
    assert client.post(f"{path}/retry").json()["code"] == "not_failed"
    assert client.post(f"{path}/cancel").json()["state"] == "cancelled"
    assert client.post(f"{path}/cancel").json()["code"] == "run_finished"
    assert client.post(f"{path}/retry").json()["state"] == "queued"
    assert client.post(f"{path}/cancel").status_code == 200
    newer = client.post("/api/training/runs", json={"stage": FIRST}).json()
    assert client.post(f"{path}/retry").json()["code"] == "training_running"
    assert [run["id"] for run in client.get("/api/training/runs").json()] == [newer["id"], run["id"]]


def test_run_without_model_or_masks_is_refused_with_what_to_do(runtime: Runtime, client: TestClient) -> None:
    refused = client.post("/api/training/runs", json={"stage": FIRST})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_model")
    add_model(runtime)
    refused = client.post("/api/training/runs", json={"stage": FIRST})
    assert refused.json()["code"] == "too_few_masks"
    assert "Annotate more" in refused.json()["detail"]


def test_rule_is_kept_per_stage_and_project(annotated: Runtime, client: TestClient) -> None:
    wanted = {"every_masks": 3, "quiet_from": "22:00", "quiet_to": "06:00", "trains": "full", "margin": 0.01}
    kept = client.put(f"/api/training/rules/{FIRST}", json=wanted).json()
    assert kept | wanted == kept
    assert client.get("/api/training/rules").json()[0] == kept
    assert [one["every_masks"] for one in client.get("/api/training/rules").json()] == [3, None, None]
    other = client.post("/api/projects", json={"name": "Cells"}).json()["id"]
    assert client.get("/api/training/rules", params={"project": other}).json()[0]["every_masks"] is None
    for wrong in ({"quiet_from": "22:00"}, {"quiet_from": "25:00", "quiet_to": "06:00"}, {"minutes": 0}):
        assert client.put(f"/api/training/rules/{FIRST}", json=wrong).status_code == 422
    [outlook, *_] = client.get("/api/training/outlook").json()
    assert (outlook["new_masks"], outlook["new_images"]) == (4, 4)


def test_enough_masks_start_a_run_by_themselves_and_only_new_ones_another(annotated: Runtime) -> None:
    project_id = first_project(annotated)
    start_due_runs(annotated.sessions)
    assert runs(annotated) == []
    with session_scope(annotated.sessions) as session:
        service.set_rule(session, project_id, FIRST, RuleIn(every_masks=4, minutes=2, trains=Trains.FULL))
    start_due_runs(annotated.sessions)
    start_due_runs(annotated.sessions)
    [run] = runs(annotated)
    assert (run.trigger, run.asked_by, run.settings["trains"]) == (Trigger.MASKS, None, "full")
    with session_scope(annotated.sessions) as session:
        service.cancel(session, run.id)
    start_due_runs(annotated.sessions)
    assert len(runs(annotated)) == 1
    annotate(annotated, chosen_discs(4, 0, first=500))
    start_due_runs(annotated.sessions)
    assert len(runs(annotated)) == 2


def test_batch_that_enters_a_stage_starts_a_run_where_the_rule_says_so(
    annotated: Runtime, client: TestClient
) -> None:
    client.put(f"/api/training/rules/{FIRST}", json={"on_entering": True})
    start_due_runs(annotated.sessions)
    assert runs(annotated) == []
    [batch] = client.get("/api/batches").json()
    entered = client.post(f"/api/batches/{batch['id']}/stage", json={"stage": FIRST})
    assert entered.status_code == 200, entered.text
    start_due_runs(annotated.sessions)
    assert [run.trigger for run in runs(annotated)] == [Trigger.ENTERING]


def test_two_servers_and_a_sweep_at_once_start_one_run(annotated: Runtime) -> None:
    admin = add_person(annotated, "Ada", Role.ADMIN)
    with session_scope(annotated.sessions) as session:
        service.set_rule(session, first_project(annotated), FIRST, RuleIn(every_masks=1))
    runtimes = [open_runtime(annotated.settings) for _ in range(3)]
    together = Barrier(3)

    servers = [create_app(runtime) for runtime in runtimes[:2]]

    def ask(server: FastAPI) -> int:
        with TestClient(server, base_url="http://localhost", headers=admin.headers) as client:
            together.wait()
            return client.post("/api/training/runs", json={"stage": FIRST}).status_code

    def sweep(runtime: Runtime) -> int:
        together.wait()
        start_due_runs(runtime.sessions)
        return 0

    with ThreadPoolExecutor(3) as pool:
        answers = [
            pool.submit(ask, servers[0]),
            pool.submit(ask, servers[1]),
            pool.submit(sweep, runtimes[2]),
        ]
        statuses = [answer.result() for answer in answers]
    assert set(statuses) <= {0, 201, 409}
    assert statuses.count(201) <= 1
    with session_scope(annotated.sessions, read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(TrainingRun)) == 1
        assert session.scalar(select(func.count()).where(Job.kind == JobKind.RETRAIN)) == 1
    for runtime in runtimes:
        runtime.engine.dispose()


def test_managers_are_told_of_runs_and_other_projects_are_not(annotated: Runtime, client: TestClient) -> None:
    since = utc_now()
    run = client.post("/api/training/runs", json={"stage": FIRST}).json()
    with session_scope(annotated.sessions, read_only=True) as session:
        changed = {run_id for run_id, _ in service.changes_since(session, since)}
        [event] = training_events(session, changed)
    assert (event.name, event.data["id"], event.data["state"]) == ("training_run", run["id"], RunState.QUEUED)
    assert event.audience is not None
    assert event.project_id == first_project(annotated)


def test_project_with_runs_and_models_can_be_deleted(annotated: Runtime, client: TestClient) -> None:
    run = client.post("/api/training/runs", json={"stage": FIRST}).json()
    mine = add_model(annotated, encoder_digest="c" * 64, active=False)
    with session_scope(annotated.sessions) as session:
        session.execute(update(Model).where(Model.id == mine).values(project_id=first_project(annotated)))
    client.put(f"/api/training/rules/{FIRST}", json={"every_masks": 3})
    assert client.post(f"/api/models/{mine}/promote", json={}).status_code == 200
    project = client.get("/api/project").json()
    client.post("/api/projects", json={"name": "Another"})
    gone = client.request("DELETE", f"/api/projects/{project['id']}", json={"name": project["name"]})
    assert gone.status_code == 204, gone.text
    assert client.get(f"/api/training/runs/{run['id']}").status_code == 404
    assert [model["name"] for model in client.get("/api/models").json()] == ["model-eeeeeeee"]


def runs(runtime: Runtime) -> list[TrainingRun]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return list(session.scalars(select(TrainingRun).order_by(TrainingRun.created_at)))
