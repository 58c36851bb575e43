"""Stages with the shipped starter on real photos, and what happens when a worker dies in them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from safetensors.torch import load_file, save_file
from sqlalchemy import select, update

from backend.core.database import session_scope
from backend.images.importing import Upload, import_uploads
from backend.images.models import Image, WorkState
from backend.jobs import service as jobs
from backend.jobs.models import Job, JobKind, JobState
from backend.jobs.run import JobError, JobRun
from backend.masks import service as masks
from backend.masks.models import Mask, MaskSource, MaskState
from backend.masks.schemas import MaskIn
from backend.masks.states import Verb
from backend.projects.draws import is_drawn
from backend.projects.models import Batch, Stage
from backend.runtime import Runtime, open_runtime
from backend.settings import Settings
from backend.stages import service, tasks
from backend.stages.models import Detector
from backend.work import service as work
from backend.work.models import Transition
from engine.detector.propose import ProposalSettings
from tests.backend.servers import wait_until
from tests.backend.test_jobs_workers import worker
from tests.backend.worlds import copy_model, first_batch, first_project

CLOTHING = Path(__file__).parents[1] / "data" / "clothing"
ANNOTATED = 5  # photos that a person has annotated; the others are open
LIMITS = {"heartbeat_seconds": 0.3, "stale_seconds": 5.0, "worker_threads": 1, "worker_precision": "float32"}


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        database_url=sqlite_url,
        detector_minutes=0.08,
        automask_points_per_side=4,
        **LIMITS,
    )


@pytest.fixture(scope="session")
def trained(starter: Runtime, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a detector that knows the clothing photos well."""
    from engine.detector.data import EmbeddedBoxes
    from engine.detector.train import WEIGHTS, DetectorRecipe, train_detector
    from engine.embedding import embed_photo
    from engine.sam.registry import encoder_digest, load_model
    from engine.train.datasets import read_coco

    folder = tmp_path_factory.mktemp("detector")
    model = load_model("starter")
    digest = encoder_digest(model)
    photos = sorted(read_coco(CLOTHING), key=lambda photo: photo.path.name)[ANNOTATED:]
    files = []
    for photo in photos:
        files.append(folder / f"{photo.path.stem}.mlem")
        files[-1].write_bytes(embed_photo(model, photo.read(), digest))
    recipe = DetectorRecipe(300, unit="steps", photos_per_step=2, loader_workers=0)
    samples = EmbeddedBoxes(photos, files, seed=0)
    train_detector(samples, model.config.embedding_channels, digest, recipe, folder)
    return folder / WEIGHTS


@pytest.fixture
def runtime(settings: Settings, starter: Runtime) -> Iterator[Runtime]:
    runtime = open_runtime(settings)
    copy_model(starter, runtime)
    yield runtime
    runtime.engine.dispose()


@pytest.fixture
def batch_id(runtime: Runtime) -> UUID:
    """A batch of eight photos; a person has annotated and submitted five of them."""
    document = json.loads((CLOTHING / "annotations.json").read_text())
    uploads = [
        Upload(path.name, io.BytesIO(path.read_bytes())) for path in sorted((CLOTHING / "images").iterdir())
    ]
    report = import_uploads(
        runtime.sessions, runtime.storage, runtime.settings, uploads, first_project(runtime)
    )
    ids = {file.name: file.image_id for file in report.files}
    names = {image["id"]: image["file_name"] for image in document["images"]}
    done = sorted(ids)[:ANNOTATED]
    with session_scope(runtime.sessions) as session:
        for annotation in document["annotations"]:
            name = names[annotation["image_id"]]
            if name in done:
                masks.save_mask(session, uuid4(), mask_in(ids[name], annotation["segmentation"]), by=None)
        for name in done:
            image_id = ids[name]
            assert image_id
            work.decide(session, image_id, WorkState.SUBMITTED, "somebody")
        return first_batch(session).id


def mask_in(image_id: UUID | None, rle: dict[str, object]) -> MaskIn:
    return MaskIn.model_validate(
        {
            "image_id": image_id,
            "rle": rle,
            "active_ms": 1000,
            "source": "clicked",
            "model_id": None,
            "predicted_iou": 0.9,
            "prompts": {"points": [], "box": None, "strokes": {"brush": 0, "erase": 0}},
        }
    )


def enter(runtime: Runtime, batch_id: UUID, stage: Stage) -> None:
    with session_scope(runtime.sessions) as session:
        service.enter_stage(session, batch_id, stage, detector_minutes=runtime.settings.detector_minutes)


def enter_with(runtime: Runtime, batch_id: UUID, trained: Path) -> None:
    """Enters the semi-automatic stage as if the detector had been trained by a worker."""
    enter(runtime, batch_id, Stage.SEMI_AUTOMATIC)
    runtime.storage.put_file("detectors/trained", trained)
    with session_scope(runtime.sessions) as session:
        [detector_id] = session.scalars(select(Detector.id))
        session.execute(update(Job).where(Job.kind == JobKind.TRAIN_DETECTOR).values(state=JobState.DONE))
        service.keep_detector(
            session,
            detector_id,
            weights_key="detectors/trained",
            weights_sha256="a" * 64,
            held_out_masks=1,
            recall=1.0,
        )


def jobs_of(runtime: Runtime, kind: JobKind) -> list[Job]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return list(session.scalars(select(Job).where(Job.kind == kind).order_by(Job.created_at, Job.id)))


def run_here(runtime: Runtime, job: Job) -> None:
    handler = {JobKind.PROPOSE: tasks.propose, JobKind.AUTOMASK: tasks.automask}[job.kind]
    handler(JobRun(job.subject, uuid4(), runtime))


def machine_masks(runtime: Runtime, source: MaskSource) -> list[Mask]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return list(session.scalars(select(Mask).where(Mask.source == source).order_by(Mask.id)))


def images(runtime: Runtime) -> dict[UUID, Image]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return {image.id: image for image in session.scalars(select(Image))}


def image_of(job: Job) -> UUID:
    return UUID(job.subject.partition(":")[2])


def kill_at_work(runtime: Runtime, settings: Settings, kind: JobKind) -> Job:
    """The job that was cut off."""
    with worker(settings) as first:
        wait_until(
            lambda: any(job.state == JobState.RUNNING for job in jobs_of(runtime, kind)),
            seconds=60,
            what=f"{kind} runs",
        )
        first.kill()
        first.wait()
    [cut_off] = [job for job in jobs_of(runtime, kind) if job.state == JobState.RUNNING]
    return cut_off


def work_off(runtime: Runtime, settings: Settings, kind: JobKind, count: int) -> None:
    def all_done() -> bool:
        return [job.state for job in jobs_of(runtime, kind)] == [JobState.DONE] * count

    with worker(settings):
        wait_until(all_done, seconds=90, what=f"{count} times {kind}")


def test_killed_worker_trains_the_detector_once_and_every_image_gets_its_turn(
    runtime: Runtime, settings: Settings, batch_id: UUID
) -> None:
    enter(runtime, batch_id, Stage.SEMI_AUTOMATIC)
    kill_at_work(runtime, settings, JobKind.TRAIN_DETECTOR)
    work_off(runtime, settings, JobKind.PROPOSE, 3)
    [training] = jobs_of(runtime, JobKind.TRAIN_DETECTOR)
    assert (training.state, training.attempts) == (JobState.DONE, 2)
    with session_scope(runtime.sessions, read_only=True) as session:
        [detector] = session.scalars(select(Detector))
        assert session.scalars(select(Image.id).where(service.waits_for_proposals())).all() == []
        shown = service.show_stage(session, batch_id)
    assert detector.recall is not None
    assert detector.held_out_masks
    assert 0 <= detector.recall <= 1
    blobs = [path for path in (settings.data_dir / "blobs/detectors").rglob("*") if path.is_file()]
    assert len(blobs) == 1
    assert list(settings.data_dir.glob("detector-*")) == []
    assert (shown.images.total, shown.images.done) == (3, 3)
    assert {job.attempts for job in jobs_of(runtime, JobKind.PROPOSE)} == {1}


def test_killed_worker_proposes_once(
    runtime: Runtime, settings: Settings, batch_id: UUID, trained: Path
) -> None:
    enter_with(runtime, batch_id, trained)
    cut_off = kill_at_work(runtime, settings, JobKind.PROPOSE)
    assert image_of(cut_off) not in {mask.image_id for mask in machine_masks(runtime, MaskSource.DETECTED)}
    work_off(runtime, settings, JobKind.PROPOSE, 3)
    found = machine_masks(runtime, MaskSource.DETECTED)
    assert found
    assert len({(mask.image_id, mask.rle_counts) for mask in found}) == len(found)
    assert sorted(job.attempts for job in jobs_of(runtime, JobKind.PROPOSE)) == [1, 1, 2]


def test_proposals_are_what_detector_and_decoder_are_sure_of(
    runtime: Runtime, batch_id: UUID, trained: Path
) -> None:
    enter_with(runtime, batch_id, trained)
    for job in jobs_of(runtime, JobKind.PROPOSE):
        run_here(runtime, job)
    found = machine_masks(runtime, MaskSource.DETECTED)
    open_ids = {image_of(job) for job in jobs_of(runtime, JobKind.PROPOSE)}
    assert {mask.image_id for mask in found} <= open_ids
    assert len(found) >= 3
    for mask in found:
        assert (mask.state, mask.stage) == (MaskState.PROPOSED, Stage.SEMI_AUTOMATIC)
        assert (mask.author_id, mask.active_ms) == (None, 0)
        assert mask.predicted_iou is not None
        assert mask.predicted_iou >= ProposalSettings().pred_iou_thresh
        assert mask.stability_score is not None
        assert ProposalSettings().stability_score_thresh <= mask.stability_score <= 1
        assert mask.prompts["box"]

    before = [mask.id for mask in found]
    for job in jobs_of(runtime, JobKind.PROPOSE):  # a message that comes twice
        run_here(runtime, job)
    assert [mask.id for mask in machine_masks(runtime, MaskSource.DETECTED)] == before
    # One is rejected, a person has drawn another: neither is proposed again, and all others are.
    rejected, drawn = found[0], found[-1]
    with session_scope(runtime.sessions) as session:
        masks.take_step(session, rejected.id, Verb.REJECT, by=None)
        rle = {"size": [drawn.height, drawn.width], "counts": drawn.rle_counts}
        masks.save_mask(session, uuid4(), mask_in(drawn.image_id, rle), by=None)
    with session_scope(runtime.sessions) as session:
        service.enter_stage(session, batch_id, Stage.ASSISTED_MANUAL, detector_minutes=1)
    assert [mask.id for mask in machine_masks(runtime, MaskSource.DETECTED)] == [rejected.id]
    with session_scope(runtime.sessions) as session:
        service.enter_stage(session, batch_id, Stage.SEMI_AUTOMATIC, detector_minutes=1)
    for job in jobs_of(runtime, JobKind.PROPOSE)[-3:]:
        run_here(runtime, job)
    again = machine_masks(runtime, MaskSource.DETECTED)
    ids = {mask.id for mask in again}
    assert ids < set(before)
    assert drawn.id not in ids
    assert len(ids) >= len(before) - 3  # others that show the drawn object are gone with it
    assert [mask.id for mask in again if mask.state == MaskState.REJECTED] == [rejected.id]


def test_killed_worker_finds_all_masks_of_an_image_once(
    runtime: Runtime, settings: Settings, batch_id: UUID
) -> None:
    with session_scope(runtime.sessions) as session:
        session.execute(update(Batch).values(review_share=0.5))
    enter(runtime, batch_id, Stage.FULLY_AUTOMATIC)
    cut_off = kill_at_work(runtime, settings, JobKind.AUTOMASK)
    assert images(runtime)[image_of(cut_off)].work_state == WorkState.OPEN
    work_off(runtime, settings, JobKind.AUTOMASK, 3)
    found = machine_masks(runtime, MaskSource.AUTOMATIC)
    assert len({(mask.image_id, mask.rle_counts, str(mask.point)) for mask in found}) == len(found)
    for mask in found:
        assert (mask.state, mask.stage) == (MaskState.ACCEPTED, Stage.FULLY_AUTOMATIC)
        assert mask.point is not None
        assert mask.crop_box == [0, 0, mask.width, mask.height]
        assert mask.predicted_iou is not None
        assert mask.stability_score is not None
    with session_scope(runtime.sessions, read_only=True) as session:
        steps = session.scalars(select(Transition).where(Transition.by == service.AUTOMATIC)).all()
    assert len(steps) == 3
    for step in steps:
        to_review = is_drawn(step.image_id, 0.5, "review")
        assert step.to_state == (WorkState.IN_REVIEW if to_review else WorkState.SUBMITTED)
        assert images(runtime)[step.image_id].work_state == step.to_state


def test_settings_say_which_automatic_masks_are_kept(runtime: Runtime, batch_id: UUID) -> None:
    enter(runtime, batch_id, Stage.FULLY_AUTOMATIC)
    strict, loose, *_ = jobs_of(runtime, JobKind.AUTOMASK)
    for job, least in ((strict, 1.0), (loose, 0.0)):
        thresholds = {"automask_pred_iou": least, "automask_stability": least}
        run_here(replace(runtime, settings=runtime.settings.model_copy(update=thresholds)), job)
    kept = {mask.image_id for mask in machine_masks(runtime, MaskSource.AUTOMATIC)}
    assert kept == {image_of(loose)}


def test_automatic_masks_of_objects_that_have_one_are_dropped(runtime: Runtime, batch_id: UUID) -> None:
    every = {"automask_pred_iou": 0.0, "automask_stability": 0.0}
    runtime = replace(runtime, settings=runtime.settings.model_copy(update=every))
    enter(runtime, batch_id, Stage.FULLY_AUTOMATIC)
    job = jobs_of(runtime, JobKind.AUTOMASK)[0]
    run_here(runtime, job)
    wrong, *others = machine_masks(runtime, MaskSource.AUTOMATIC)
    with session_scope(runtime.sessions) as session:  # the image comes again, with one mask that was rejected
        service.cancel(session, batch_id)
        session.get_one(Image, image_of(job)).work_state = WorkState.OPEN
        session.get_one(Mask, wrong.id).state = MaskState.REJECTED
        for mask in others:
            session.delete(session.get_one(Mask, mask.id))
    enter(runtime, batch_id, Stage.FULLY_AUTOMATIC)
    [again] = [one for one in jobs_of(runtime, JobKind.AUTOMASK) if image_of(one) == image_of(job)]
    run_here(runtime, again)
    found = {mask.rle_counts for mask in machine_masks(runtime, MaskSource.AUTOMATIC) if mask.id != wrong.id}
    assert wrong.rle_counts not in found
    assert found >= {mask.rle_counts for mask in others if mask.rle_counts != wrong.rle_counts}


def test_image_that_somebody_has_opened_keeps_its_peace(runtime: Runtime, batch_id: UUID) -> None:
    enter(runtime, batch_id, Stage.FULLY_AUTOMATIC)
    job = jobs_of(runtime, JobKind.AUTOMASK)[0]
    with session_scope(runtime.sessions) as session:
        work.take_lease(session, image_of(job), "somebody", 60)
    with pytest.raises(JobError) as refused:
        run_here(runtime, job)
    assert refused.value.code == "image_in_use"
    assert machine_masks(runtime, MaskSource.AUTOMATIC) == []
    assert images(runtime)[image_of(job)].awaited_run_id is not None


def test_deleted_image_and_stopped_stage_end_their_jobs_cleanly(
    runtime: Runtime, settings: Settings, batch_id: UUID
) -> None:
    enter(runtime, batch_id, Stage.FULLY_AUTOMATIC)
    gone, stopped, _ = jobs_of(runtime, JobKind.AUTOMASK)
    with session_scope(runtime.sessions) as session:
        session.delete(session.get_one(Image, image_of(gone)))
    run_here(runtime, gone)
    with session_scope(runtime.sessions) as session:
        token = jobs.claim(session, stopped.id)
        service.cancel(session, batch_id)
    run_here(runtime, stopped)
    assert machine_masks(runtime, MaskSource.AUTOMATIC) == []
    with session_scope(runtime.sessions) as session:
        assert token
        assert jobs.finish(session, token)
    assert images(runtime)[image_of(stopped)].work_state == WorkState.OPEN


def test_lost_detector_says_what_to_do_which_helps(
    runtime: Runtime, settings: Settings, batch_id: UUID, trained: Path
) -> None:
    enter_with(runtime, batch_id, trained)
    runtime.storage.delete("detectors/trained")
    with worker(settings):
        wait_until(lambda: len(failed(runtime)) == 3, seconds=60, what="every image fails")
    assert {job.error_code for job in failed(runtime)} == {"detector_lost"}
    assert all("Enter the stage again to train another." in (job.error or "") for job in failed(runtime))
    with session_scope(runtime.sessions) as session:
        service.retry(session, batch_id)
    assert jobs_of(runtime, JobKind.PROPOSE) == []
    work_off(runtime, settings, JobKind.PROPOSE, 3)
    assert [job.state for job in jobs_of(runtime, JobKind.TRAIN_DETECTOR)] == [JobState.DONE]


@pytest.mark.parametrize("what", ["missing", "damaged", "older"])
def test_detector_that_is_of_no_use_is_trained_anew(
    runtime: Runtime, batch_id: UUID, trained: Path, tmp_path: Path, what: str
) -> None:
    older = {"encoder": "ab", "detector": json.dumps({"embedding_channels": 256, "stride": 8})}
    save_file(load_file(trained), tmp_path / "older.safetensors", older)
    enter_with(runtime, batch_id, tmp_path / "older.safetensors")
    if what != "older":
        runtime.storage.delete("detectors/trained")
    if what == "damaged":
        runtime.storage.put("detectors/trained", trained.read_bytes()[:1000])
    with pytest.raises(JobError, match=r"older version\. Enter the stage again") as refused:
        run_here(runtime, jobs_of(runtime, JobKind.PROPOSE)[0])
    assert refused.value.code == "detector_lost"
    assert not runtime.storage.exists("detectors/trained")
    with session_scope(runtime.sessions) as session:
        service.cancel(session, batch_id)
    enter(runtime, batch_id, Stage.SEMI_AUTOMATIC)
    [training] = jobs_of(runtime, JobKind.TRAIN_DETECTOR)
    assert training.state == JobState.QUEUED
    assert jobs_of(runtime, JobKind.PROPOSE) == []


def failed(runtime: Runtime) -> list[Job]:
    return [job for job in jobs_of(runtime, JobKind.PROPOSE) if job.state == JobState.FAILED]
