"""Stages: what a batch needs to enter one, and what machines leave behind in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from backend.core.database import session_scope, utc_now
from backend.images.models import Image, WorkState
from backend.jobs import service as jobs
from backend.jobs.models import Job, JobKind, JobState
from backend.masks import machine
from backend.masks.machine import MachineMask
from backend.masks.models import Mask, MaskSource, MaskState, MaskVersion
from backend.projects.models import Batch, BatchKind, Stage
from backend.runtime import Runtime
from backend.stages import service
from backend.stages.models import Detector, StageRun
from tests.backend.drawing import add_image, counts_of, draw, mask_body, propose_for
from tests.backend.worlds import add_model, add_person, first_batch, import_photos

pytestmark = pytest.mark.usefixtures("exact_tallies")


def batch_of(runtime: Runtime) -> UUID:
    with session_scope(runtime.sessions) as session:
        return first_batch(session).id


def annotate(client: TestClient, image_ids: list[UUID], masks_each: int) -> None:
    """First-stage masks, as a person would have made them."""
    random = np.random.default_rng(3)
    for image_id in image_ids:
        for _ in range(masks_each):
            body = mask_body(image_id, draw(random))
            assert client.put(f"/api/masks/{uuid4()}", json=body).status_code == 201


def enter(client: TestClient, batch_id: UUID, stage: Stage) -> tuple[int, dict]:
    response = client.post(f"/api/batches/{batch_id}/stage", json={"stage": stage})
    return response.status_code, response.json()


def all_jobs(runtime: Runtime, kind: JobKind) -> list[Job]:
    """In no particular order: a batch's jobs are made in one moment."""
    with session_scope(runtime.sessions, read_only=True) as session:
        return list(session.scalars(select(Job).where(Job.kind == kind)))


def waiting(runtime: Runtime) -> set[UUID]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return set(session.scalars(select(Image.id).where(service.waits_for_proposals())))


# ---- entering ---------------------------------------------------------------------------------------------


def test_detector_wants_masks_of_several_images(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    images = [add_image(runtime) for _ in range(5)]
    batch_id = batch_of(runtime)
    annotate(client, images[:4], 6)
    status, problem = enter(client, batch_id, Stage.SEMI_AUTOMATIC)
    assert (status, problem["code"]) == (409, "too_few_masks")
    assert "at least 20 on 5 images. There are 24 on 4." in problem["detail"]
    annotate(client, images[4:], 1)
    status, answer = enter(client, batch_id, Stage.SEMI_AUTOMATIC)
    assert status == 200
    assert answer["stage"] == "semi_automatic"
    assert (answer["detector"]["state"], answer["detector"]["mask_count"]) == ("queued", 25)
    assert answer["images"] == {"total": 5, "waiting": 5, "running": 0, "done": 0, "failed": 0}
    assert answer["seconds_left"] == 240
    assert waiting(runtime) == set(images)
    assert len(all_jobs(runtime, JobKind.TRAIN_DETECTOR)) == 1
    assert all_jobs(runtime, JobKind.PROPOSE) == []


def test_stage_needs_a_model_and_a_batch(client: TestClient, runtime: Runtime) -> None:
    add_image(runtime)
    status, problem = enter(client, batch_of(runtime), Stage.FULLY_AUTOMATIC)
    assert (status, problem["code"]) == (409, "no_model")
    status, problem = enter(client, uuid4(), Stage.FULLY_AUTOMATIC)
    assert (status, problem["code"]) == (404, "batch_not_found")
    assert client.get(f"/api/batches/{uuid4()}/stage").status_code == 404


def test_stage_waits_for_people_at_work(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    image_id = add_image(runtime)
    batch_id = batch_of(runtime)
    client.put(f"/api/images/{image_id}/lease")
    status, problem = enter(client, batch_id, Stage.FULLY_AUTOMATIC)
    assert (status, problem["code"]) == (409, "batch_in_work")
    client.delete(f"/api/images/{image_id}/lease")
    assert enter(client, batch_id, Stage.FULLY_AUTOMATIC)[0] == 200


def test_stage_is_not_left_while_machines_work(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    image_id = add_image(runtime)
    batch_id = batch_of(runtime)
    enter(client, batch_id, Stage.FULLY_AUTOMATIC)
    status, problem = enter(client, batch_id, Stage.ASSISTED_MANUAL)
    assert (status, problem["code"]) == (409, "stage_running")
    stopped = client.post(f"/api/batches/{batch_id}/stage/cancel").json()
    assert stopped["images"]["waiting"] == 0
    assert waiting(runtime) == set()
    assert all_jobs(runtime, JobKind.AUTOMASK) == []
    status, answer = enter(client, batch_id, Stage.ASSISTED_MANUAL)
    assert (status, answer["stage"], answer["images"]["total"]) == (200, "assisted_manual", 0)
    enter(client, batch_id, Stage.FULLY_AUTOMATIC)
    assert waiting(runtime) == {image_id}


def test_machines_leave_second_looks_alone(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    add_image(runtime)
    batch_id = batch_of(runtime)
    with session_scope(runtime.sessions) as session:
        session.execute(update(Batch).values(kind=BatchKind.SECOND_LOOK))
    status, problem = enter(client, batch_id, Stage.FULLY_AUTOMATIC)
    assert (status, problem["code"]) == (409, "not_for_work")


def test_only_open_images_go_through_a_stage(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    done, put_off, open_ = (add_image(runtime) for _ in range(3))
    client.post(f"/api/images/{done}/submit")
    client.post(f"/api/images/{put_off}/later")
    enter(client, batch_of(runtime), Stage.FULLY_AUTOMATIC)
    assert waiting(runtime) == {put_off, open_}
    subjects = {job.subject.partition(":")[2] for job in all_jobs(runtime, JobKind.AUTOMASK)}
    assert subjects == {str(put_off), str(open_)}


def test_images_that_are_imported_later_go_through_the_stage_too(
    client: TestClient, runtime: Runtime
) -> None:
    add_model(runtime)
    first = add_image(runtime)
    enter(client, batch_of(runtime), Stage.FULLY_AUTOMATIC)
    [later] = import_photos(runtime, 1)
    assert waiting(runtime) == {first, later}
    assert len(all_jobs(runtime, JobKind.AUTOMASK)) == 2


def test_automatic_stage_leaves_images_alone_that_people_have_begun(
    client: TestClient, runtime: Runtime
) -> None:
    add_model(runtime)
    drawn, judged, proposed, empty = (add_image(runtime) for _ in range(4))
    annotate(client, [drawn], 1)
    [judgement] = propose_for(runtime, judged)
    client.post(f"/api/masks/{judgement}/accept")
    propose_for(runtime, proposed)
    assert enter(client, batch_of(runtime), Stage.FULLY_AUTOMATIC)[0] == 200
    assert waiting(runtime) == {proposed, empty}
    anna = add_person(runtime, "Anna")
    mine = client.get("/api/images", headers=anna.headers).json()["items"]
    assert {UUID(image["id"]) for image in mine} == {drawn, judged}
    handed_out = client.post("/api/queue/next", headers=anna.headers).json()["image"]
    assert UUID(handed_out["id"]) in (drawn, judged)


def test_stage_says_first_what_it_would_do(client: TestClient, runtime: Runtime) -> None:
    batch_id = batch_of(runtime)

    def preview(stage: Stage) -> dict[str, Any]:
        shown: dict[str, Any] = client.get(
            f"/api/batches/{batch_id}/stage/preview", params={"stage": stage}
        ).json()
        return shown

    assert "No model is deployed" in preview(Stage.FULLY_AUTOMATIC)["problem"]
    add_model(runtime)
    images = [add_image(runtime) for _ in range(6)]
    assert "There are 0 on 0" in preview(Stage.SEMI_AUTOMATIC)["problem"]
    annotate(client, images[:5], 4)
    automatic = {"images": 1, "left_alone": 5, "detector_minutes": None, "seconds": None, "problem": None}
    assert preview(Stage.FULLY_AUTOMATIC) == automatic
    semi = preview(Stage.SEMI_AUTOMATIC)
    assert (semi["images"], semi["left_alone"]) == (6, 0)
    assert semi["detector_minutes"] == runtime.settings.detector_minutes
    assert all_jobs(runtime, JobKind.TRAIN_DETECTOR) == []
    assert enter(client, batch_id, Stage.FULLY_AUTOMATIC)[0] == 200
    assert len(waiting(runtime)) == 1
    begun = utc_now()
    done = {"state": JobState.DONE, "started_at": begun, "finished_at": begun + timedelta(seconds=7)}
    with session_scope(runtime.sessions) as session:
        session.execute(update(Job).where(Job.kind == JobKind.AUTOMASK).values(**done))
    assert preview(Stage.FULLY_AUTOMATIC)["seconds"] == 7


def test_detector_is_trained_anew_only_for_other_masks(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    images = [add_image(runtime) for _ in range(5)]
    batch_id = batch_of(runtime)
    annotate(client, images, 4)
    for _ in range(2):
        assert enter(client, batch_id, Stage.SEMI_AUTOMATIC)[0] == 200
        client.post(f"/api/batches/{batch_id}/stage/cancel")
        with session_scope(runtime.sessions) as session:
            session.execute(update(Job).where(Job.kind == JobKind.TRAIN_DETECTOR).values(state=JobState.DONE))
    assert len(all_jobs(runtime, JobKind.TRAIN_DETECTOR)) == 1
    enter(client, batch_id, Stage.ASSISTED_MANUAL)
    annotate(client, images[:1], 1)
    enter(client, batch_id, Stage.SEMI_AUTOMATIC)
    assert len(all_jobs(runtime, JobKind.TRAIN_DETECTOR)) == 2


def test_failed_training_is_told_and_tried_again(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    images = [add_image(runtime) for _ in range(5)]
    batch_id = batch_of(runtime)
    annotate(client, images, 4)
    enter(client, batch_id, Stage.SEMI_AUTOMATIC)
    refused = client.post(f"/api/batches/{batch_id}/stage/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_failed")
    with session_scope(runtime.sessions) as session:
        [job] = session.scalars(select(Job).where(Job.kind == JobKind.TRAIN_DETECTOR))
        token = jobs.claim(session, job.id)
        assert token
        jobs.fail(session, token, code="worker_lost", message="The worker died.")
    shown = client.get(f"/api/batches/{batch_id}/stage").json()
    assert (shown["detector"]["state"], shown["detector"]["error"]) == ("failed", "The worker died.")
    again = client.post(f"/api/batches/{batch_id}/stage/retry").json()
    assert (again["detector"]["state"], again["detector"]["error"]) == ("queued", None)


def test_trained_detector_sends_every_waiting_image_on_its_way_once(
    client: TestClient, runtime: Runtime
) -> None:
    add_model(runtime)
    images = [add_image(runtime) for _ in range(5)]
    batch_id = batch_of(runtime)
    annotate(client, images, 4)
    enter(client, batch_id, Stage.SEMI_AUTOMATIC)
    kept = []
    for attempt in range(2):  # two runs of one job, after a worker was taken for dead
        with session_scope(runtime.sessions) as session:
            [detector_id] = session.scalars(select(Detector.id))
            kept.append(
                service.keep_detector(
                    session,
                    detector_id,
                    weights_key=f"detectors/{attempt}",
                    weights_sha256="a" * 64,
                    held_out_masks=4,
                    recall=0.5,
                )
            )
    assert kept == [True, False]
    assert len(all_jobs(runtime, JobKind.PROPOSE)) == 5
    shown = client.get(f"/api/batches/{batch_id}/stage").json()
    assert (shown["detector"]["state"], shown["detector"]["recall"]) == ("done", 0.5)


def test_stage_tells_failures_with_their_reasons_and_the_pace(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    images = [add_image(runtime, name=f"{number}.jpg") for number in range(4)]
    batch_id = batch_of(runtime)
    enter(client, batch_id, Stage.FULLY_AUTOMATIC)
    by_image = {job.subject.partition(":")[2]: job for job in all_jobs(runtime, JobKind.AUTOMASK)}
    for image_id in images[:3]:
        job = by_image[str(image_id)]
        with session_scope(runtime.sessions) as session:
            token = jobs.claim(session, job.id)
            assert token
            if image_id == images[0]:
                jobs.fail(session, token, code="picture_gone", message="The stored picture is missing.")
            else:
                service.finish_task(session, job.subject)
                jobs.finish(session, token)
    shown = client.get(f"/api/batches/{batch_id}/stage").json()
    assert shown["images"] == {"total": 4, "waiting": 1, "running": 0, "done": 2, "failed": 1}
    assert shown["failures"] == [
        {"image_id": str(images[0]), "name": "0.jpg", "reason": "The stored picture is missing."}
    ]
    assert shown["images_per_minute"] > 0
    assert shown["seconds_left"] == pytest.approx(60 / shown["images_per_minute"], abs=0.2)
    again = client.post(f"/api/batches/{batch_id}/stage/retry").json()
    assert (again["images"]["failed"], again["images"]["waiting"]) == (0, 2)


def test_queue_hands_out_no_image_that_a_machine_has_yet_to_come_to(
    client: TestClient, runtime: Runtime
) -> None:
    add_model(runtime)
    images = [add_image(runtime) for _ in range(5)]
    batch_id = batch_of(runtime)
    annotate(client, images, 4)
    enter(client, batch_id, Stage.SEMI_AUTOMATIC)
    assert client.get("/api/queue").json()["ahead"] == []
    assert client.post("/api/queue/next").json()["image"] is None
    client.post(f"/api/batches/{batch_id}/stage/cancel")
    assert client.post("/api/queue/next").json()["image"]["id"] == str(images[0])


def test_image_that_is_moved_goes_through_the_stage_of_its_new_batch(
    client: TestClient, runtime: Runtime
) -> None:
    add_model(runtime)
    image_id = add_image(runtime)
    first = batch_of(runtime)
    enter(client, first, Stage.FULLY_AUTOMATIC)
    other = client.post("/api/batches", json={"name": "Other"}).json()["id"]
    for target, waits in [(other, set()), (str(first), {image_id})]:
        moved = client.patch("/api/images", json={"image_ids": [str(image_id)], "batch_id": target})
        assert moved.json()["changed"] == 1, moved.json()
        assert waiting(runtime) == waits


def test_deleted_batch_leaves_no_runs(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    add_image(runtime)
    batch_id = batch_of(runtime)
    enter(client, batch_id, Stage.FULLY_AUTOMATIC)
    assert client.delete(f"/api/batches/{batch_id}").status_code == 204
    assert all_jobs(runtime, JobKind.AUTOMASK) == []
    with session_scope(runtime.sessions, read_only=True) as session:
        assert session.scalars(select(StageRun)).all() == []


# ---- proposals --------------------------------------------------------------------------------------------


def test_proposals_are_judged_and_judged_again(client: TestClient, runtime: Runtime) -> None:
    anna = add_person(runtime, "Anna")
    image_id = add_image(runtime)
    [mask_id] = propose_for(runtime, image_id)
    [listed] = client.get(f"/api/images/{image_id}/masks").json()
    assert (listed["state"], listed["stability_score"], listed["active_ms"]) == ("proposed", 0.9, 0)
    for step, state in [("accept", "accepted"), ("propose", "proposed"), ("reject", "rejected")]:
        for _ in range(2):  # a repeated change changes nothing
            answer = client.post(f"/api/masks/{mask_id}/{step}", headers=anna.headers)
            assert (answer.status_code, answer.json()["state"]) == (200, state)
    assert answer.json()["version"] == 4
    assert answer.json()["author_id"] is None
    assert client.get(f"/api/images/{image_id}/masks").json() == []
    refused = client.post(f"/api/masks/{mask_id}/accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_proposed")
    with session_scope(runtime.sessions, read_only=True) as session:
        changes = session.scalars(select(MaskVersion).order_by(MaskVersion.version)).all()
        assert [change.before for change in changes] == [
            {"state": "proposed"},
            {"state": "accepted"},
            {"state": "proposed"},
        ]
        assert {change.changed_by for change in changes} == {anna.id}


def test_mask_of_a_person_is_no_proposal(client: TestClient, runtime: Runtime) -> None:
    image_id = add_image(runtime)
    annotate(client, [image_id], 1)
    [mask] = client.get(f"/api/images/{image_id}/masks").json()
    for step in ("reject", "propose"):
        refused = client.post(f"/api/masks/{mask['id']}/{step}")
        assert (refused.status_code, refused.json()["code"]) == (409, "not_proposed")
    assert client.post(f"/api/masks/{uuid4()}/accept").status_code == 404


@pytest.mark.parametrize("is_changed", [True, False])
def test_corrected_proposal_is_accepted(client: TestClient, runtime: Runtime, is_changed: bool) -> None:
    image_id = add_image(runtime)
    [mask_id] = propose_for(runtime, image_id)
    [listed] = client.get(f"/api/images/{image_id}/masks").json()
    fields = ("image_id", "rle", "active_ms", "source", "model_id", "predicted_iou", "prompts")
    body = {field: listed[field] for field in fields} | {"base_version": 1}
    if is_changed:
        corrected = counts_of(draw(np.random.default_rng(77)))
        body |= {"rle": {"size": [40, 60], "counts": corrected}, "active_ms": 900, "source": "edited"}
    for _ in range(2):
        saved = client.put(f"/api/masks/{mask_id}", json=body).json()
        assert (saved["state"], saved["version"], saved["author_id"]) == ("accepted", 2, None)
    assert saved["stability_score"] == (None if is_changed else 0.9)
    with session_scope(runtime.sessions, read_only=True) as session:
        [change] = session.scalars(select(MaskVersion))
        assert change.before["state"] == "proposed"
        assert ("stability_score" in change.before) == is_changed
    undone = client.post(f"/api/masks/{mask_id}/propose").json()
    assert (undone["state"], undone["version"]) == ("proposed", 3)


def test_image_with_open_proposals_is_not_submitted(client: TestClient, runtime: Runtime) -> None:
    image_id = add_image(runtime, name="street.jpg")
    first, second = propose_for(runtime, image_id, 2)
    refused = client.post(f"/api/images/{image_id}/submit")
    assert (refused.status_code, refused.json()["code"]) == (409, "proposals_left")
    assert refused.json()["detail"].startswith("2 proposed masks are left on street.jpg.")
    client.post(f"/api/masks/{first}/accept")
    client.post(f"/api/masks/{second}/reject")
    assert client.post(f"/api/images/{image_id}/submit").status_code == 200


def test_image_with_open_proposals_is_not_accepted(client: TestClient, runtime: Runtime) -> None:
    image_id = add_image(runtime, name="street.jpg")
    client.post(f"/api/images/{image_id}/submit")
    client.post(f"/api/images/{image_id}/review")
    [proposal] = propose_for(runtime, image_id)
    refused = client.post(f"/api/images/{image_id}/accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "proposals_left")
    assert refused.json()["detail"].startswith("1 proposed mask is left on street.jpg.")
    decision = {"image_ids": [str(image_id)], "to": "accept"}
    [among_many] = client.post("/api/images/decide", json=decision).json()["refused"]
    assert (among_many["code"], among_many["reason"]) == ("proposals_left", refused.json()["detail"])
    client.post(f"/api/masks/{proposal}/reject")
    assert client.post(f"/api/images/{image_id}/accept").json()["work"]["state"] == "done"


def test_entering_again_removes_only_proposals_that_nobody_touched(
    client: TestClient, runtime: Runtime
) -> None:
    add_model(runtime)
    image_id = add_image(runtime)
    annotate(client, [image_id], 1)
    _untouched, accepted, rejected, undecided = propose_for(runtime, image_id, 4)
    client.post(f"/api/masks/{accepted}/accept")
    client.post(f"/api/masks/{rejected}/reject")
    client.post(f"/api/masks/{undecided}/accept")
    client.post(f"/api/masks/{undecided}/propose")
    enter(client, batch_of(runtime), Stage.FULLY_AUTOMATIC)
    with session_scope(runtime.sessions, read_only=True) as session:
        left = set(session.scalars(select(Mask.id).where(Mask.source == MaskSource.DETECTED)))
    assert left == {accepted, rejected, undecided}


def test_machine_masks_are_added_once(runtime: Runtime) -> None:
    image_id = add_image(runtime)
    propose_for(runtime, image_id)
    with session_scope(runtime.sessions) as session:
        [mask] = session.scalars(select(Mask))
        again = MachineMask(
            id=mask.id,
            source=MaskSource.DETECTED,
            state=MaskState.PROPOSED,
            model_id=mask.model_id or uuid4(),
            rle_counts=mask.rle_counts,
            predicted_iou=0.1,
            stability_score=0.1,
        )
        image = session.get_one(Image, image_id)
        assert machine.add_machine_masks(session, image, [again], Stage.SEMI_AUTOMATIC) == 0
    with session_scope(runtime.sessions, read_only=True) as session:
        assert [row.predicted_iou for row in session.scalars(select(Mask))] == [0.8]


def test_job_of_another_run_or_a_deleted_image_has_nothing_to_do(
    client: TestClient, runtime: Runtime
) -> None:
    add_model(runtime)
    image_id = add_image(runtime)
    batch_id = batch_of(runtime)
    enter(client, batch_id, Stage.FULLY_AUTOMATIC)
    [old] = all_jobs(runtime, JobKind.AUTOMASK)
    client.post(f"/api/batches/{batch_id}/stage/cancel")
    enter(client, batch_id, Stage.FULLY_AUTOMATIC)
    [new] = all_jobs(runtime, JobKind.AUTOMASK)
    with session_scope(runtime.sessions) as session:
        assert service.read_task(session, old.subject) is None
        assert service.finish_task(session, old.subject) is None
        assert service.read_task(session, new.subject) is not None
        assert session.get_one(Image, image_id).work_state == WorkState.OPEN
    with session_scope(runtime.sessions) as session:
        session.delete(session.get_one(Image, image_id))
    with session_scope(runtime.sessions) as session:
        assert service.finish_task(session, new.subject) is None


def test_lease_that_is_over_holds_no_batch_up(client: TestClient, runtime: Runtime) -> None:
    add_model(runtime)
    image_id = add_image(runtime)
    client.put(f"/api/images/{image_id}/lease")
    with session_scope(runtime.sessions) as session:
        session.execute(update(Image).values(lease_until=utc_now()))
    assert enter(client, batch_of(runtime), Stage.FULLY_AUTOMATIC)[0] == 200
