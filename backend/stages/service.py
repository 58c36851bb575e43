"""The rules of stages: when a batch may enter one, what machines then do in it, and how far they are.

A run of a batch through a stage is awaited by its open images until their jobs have come to them. So a job
that finds that its image does not await its run, or is gone, has nothing to do, and a run ends when nothing
awaits it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.core.errors import Conflict, NotFound
from backend.images import service as images
from backend.images.models import Image
from backend.jobs import service as jobs
from backend.jobs.models import Job, JobKind, JobQueue, JobState
from backend.masks import machine
from backend.models import service as models
from backend.models.models import Model
from backend.projects.models import Batch, BatchKind, Stage
from backend.projects.service import get_batch, project_of_batch
from backend.stages.models import Detector, StageRun
from backend.stages.schemas import DetectorOut, StageFailure, StageImages, StageOut, StagePreview
from backend.training import service as training
from backend.work.service import IN_QUEUE

# A detector needs to have seen what the objects look like, in more than one picture, and one of the pictures
# is held out for its recall. Six photos with a hundred masks let it find a third of the objects on others;
# with fewer than these, what it proposes costs more to reject than it saves.
LEAST_MASKS = 20
LEAST_IMAGES = 5
MOST_FAILURES = 100  # shown

JOB_OF: dict[Stage, JobKind] = {
    Stage.SEMI_AUTOMATIC: JobKind.PROPOSE,
    Stage.FULLY_AUTOMATIC: JobKind.AUTOMASK,
}
AUTOMATIC = "automatic"  # who decides about images of the fully-automatic stage


class TrainingSet(NamedTuple):
    """The boxes that a detector learns from: a digest of them, on how many images, and how many."""

    digest: str
    images: int
    masks: int


def waits_for_proposals() -> ColumnElement[bool]:
    """Images that a machine has yet to come to, and that nobody is handed until then."""
    return Image.awaited_run_id.is_not(None)


def enter_stage(session: Session, batch_id: UUID, stage: Stage, *, detector_minutes: float) -> None:
    """Puts a batch into a stage and queues what machines do there; entering a stage again does it anew.

    Proposals that nobody has touched are taken away. Raises NotFound and Conflict: `no_model`,
    `batch_in_work`, `stage_running`, `not_for_work`, `too_few_masks`.
    """
    batch = session.get(Batch, batch_id, with_for_update=True)
    if batch is None:
        raise NotFound("batch", batch_id)
    entry = _admit(session, batch, stage)
    machine.remove_untouched_proposals(session, batch.id)
    _call_off(session, batch.id)
    if entry is not None:
        _start_run(session, batch, stage, entry, detector_minutes)
    batch.stage = stage
    training.note_entered(session, batch.project_id, stage)


def preview_stage(session: Session, batch_id: UUID, stage: Stage, *, detector_minutes: float) -> StagePreview:
    """What entering the stage now would do, and how long machines would take. Raises NotFound."""
    batch = get_batch(session, batch_id)
    entry, problem = None, None
    try:
        entry = _admit(session, batch, stage)
    except Conflict as refused:
        problem = refused.detail
    open_images = select(func.count()).where(Image.batch_id == batch.id, Image.work_state.in_(IN_QUEUE))
    total = session.scalar(open_images) or 0
    machines = session.scalar(open_images.where(_is_for_machines(stage))) or 0
    if stage == Stage.ASSISTED_MANUAL:
        return StagePreview(images=0, left_alone=total, detector_minutes=None, seconds=None, problem=problem)
    trains = entry is not None and entry.masks is not None and not _is_trained(session, entry)
    each = jobs.usual_seconds(session, JOB_OF[stage])
    return StagePreview(
        images=machines,
        left_alone=total - machines,
        detector_minutes=detector_minutes if trains else None,
        seconds=round(each * machines, 1) if each is not None else None,
        problem=problem,
    )


def cancel(session: Session, batch_id: UUID) -> None:
    """Stops what machines do in a batch: what is done stays, the rest is people's. Raises NotFound."""
    get_batch(session, batch_id)
    _call_off(session, batch_id)


def retry(session: Session, batch_id: UUID) -> None:
    """Queues again what has failed, after a new training where the detector is lost.

    Raises NotFound, Conflict (nothing_failed).
    """
    run = _present_run(session, get_batch(session, batch_id))
    if run is not None and _train_lost_detector(session, run):
        return
    failed = [*jobs.failed_parts(session, run.id), *_detector_jobs(session, run)] if run else []
    if not any([jobs.retry(session, job) for job in failed]):
        raise Conflict(
            "nothing_failed", "Nothing of this batch has failed, so there is nothing to try again."
        )


def join_run(session: Session, image: Image) -> None:
    """Has an open image that is new in its batch go through the batch's stage as well."""
    run = _present_run(session, get_batch(session, image.batch_id))
    image.awaited_run_id = None
    if run is not None and session.scalar(
        select(exists().where(Image.id == image.id, _is_for_machines(run.stage)))
    ):
        image.awaited_run_id = run.id
        detector = _lock_detector(session, run.detector_id) if run.detector_id else None
        is_ready = detector is None or detector.weights_key is not None
        # It may have been in this batch before, and have a job of that time.
        if is_ready and jobs.drop(session, JOB_OF[run.stage], subject_of(run.id, image.id)):
            _queue_images(session, run, [image.id])


def forget_batch(session: Session, batch_id: UUID) -> None:
    """Forgets the runs of a batch that is about to be deleted, with their jobs."""
    for run in session.scalars(select(StageRun).where(StageRun.batch_id == batch_id)):
        jobs.drop_parts(session, run.id, JobState.QUEUED, JobState.FAILED, JobState.DONE)
    session.execute(update(Image).where(Image.batch_id == batch_id).values(awaited_run_id=None))
    session.execute(delete(StageRun).where(StageRun.batch_id == batch_id))


def forget_detectors(session: Session, project_id: UUID) -> list[str]:
    """Before a project is deleted: storage keys of weights that go after the commit."""
    mine = session.scalars(select(Detector).where(Detector.project_id == project_id)).all()
    for detector in mine:
        session.delete(detector)
    session.flush()
    return [detector.weights_key for detector in mine if detector.weights_key]


def show_stage(session: Session, batch_id: UUID) -> StageOut:
    """Raises NotFound."""
    batch = get_batch(session, batch_id)
    run = _present_run(session, batch)
    if run is None:
        nothing = StageImages(total=0, waiting=0, running=0, done=0, failed=0)
        return _stage_out(batch.stage, nothing)
    states = jobs.count_parts(session, run.id)
    awaited = session.scalar(select(func.count()).where(Image.awaited_run_id == run.id)) or 0
    running, failed, done = states[JobState.RUNNING], states[JobState.FAILED], states[JobState.DONE]
    waiting = max(0, awaited - running - failed)
    found = machine.count_machine_masks(session, batch.id, batch.stage)
    per_minute = jobs.parts_per_minute(session, run.id)
    detector = _show_detector(session, run)
    return StageOut(
        stage=batch.stage,
        detector=detector,
        images=StageImages(
            total=waiting + running + done + failed,
            waiting=waiting,
            running=running,
            done=done,
            failed=failed,
        ),
        masks=found,
        masks_per_image=round(found / done, 1) if done else None,
        images_per_minute=round(per_minute, 2) if per_minute else None,
        seconds_left=_seconds_left(session, run, detector, waiting + running, per_minute),
        failures=_failures(session, run),
    )


# ---- what the jobs ask ------------------------------------------------------------------------------------


def subject_of(run_id: UUID, image_id: UUID) -> str:
    return f"{run_id}:{image_id}"


def read_task(session: Session, subject: str) -> tuple[StageRun, Image] | None:
    """The run and the image of a job; None when there is nothing to do any more."""
    run_id, _, image_id = subject.partition(":")
    run = session.get(StageRun, UUID(run_id))
    image = session.get(Image, UUID(image_id))
    if run is None or image is None or image.awaited_run_id != run.id:
        return None
    return run, image


def finish_task(session: Session, subject: str) -> tuple[StageRun, Image] | None:
    """As `read_task`, with the image locked and no longer waiting: in the transaction that adds its masks."""
    image_id = subject.partition(":")[2]
    # Its row is locked first: of two runs of one job, or a job and a cancellation, the second finds nothing.
    session.get(Image, UUID(image_id), with_for_update=True)
    task = read_task(session, subject)
    if task is not None:
        image = task[1]
        image.awaited_run_id, image.work_updated_at = None, utc_now()
    return task


def keep_detector(
    session: Session,
    detector_id: UUID,
    *,
    weights_key: str,
    weights_sha256: str,
    held_out_masks: int,
    recall: float,
) -> bool:
    """Notes a trained detector and queues what has waited for it; False when another run was faster."""
    detector = _lock_detector(session, detector_id)
    if detector is None or detector.weights_key is not None:
        return False
    detector.weights_key, detector.weights_sha256 = weights_key, weights_sha256
    detector.held_out_masks, detector.recall = held_out_masks, recall
    for run in session.scalars(select(StageRun).where(StageRun.detector_id == detector_id)):
        _drop_unfinished(session, run.id)  # of a file that was lost
        _queue_images(session, run, _awaiting(session, run))
    return True


def lose_detector(session: Session, detector_id: UUID, weights_key: str) -> None:
    """Notes that a detector's file cannot be used: whoever tries again has it trained anew."""
    detector = _lock_detector(session, detector_id)
    if detector is not None and detector.weights_key == weights_key:
        detector.weights_key = detector.weights_sha256 = detector.held_out_masks = detector.recall = None


# ---- entering ---------------------------------------------------------------------------------------------


def _refuse_in_work(session: Session, batch: Batch) -> None:
    held = select(func.count()).where(Image.batch_id == batch.id, Image.lease_until > utc_now())
    count = session.scalar(held) or 0
    if count:
        who = "Somebody works on an image" if count == 1 else f"People work on {count} images"
        raise Conflict(
            "batch_in_work",
            f"{who} of {batch.name}. Wait until they have submitted or left, then change the stage.",
        )


def _refuse_while_running(session: Session, batch: Batch) -> None:
    run = _present_run(session, batch)
    if run is None:
        return
    states = jobs.count_parts(session, run.id)
    is_training = any(
        job.state in (JobState.QUEUED, JobState.RUNNING) for job in _detector_jobs(session, run)
    )
    awaited = session.scalar(select(exists().where(Image.awaited_run_id == run.id)))
    if states[JobState.RUNNING] or (awaited and (states[JobState.QUEUED] or is_training)):
        raise Conflict(
            "stage_running",
            f"{batch.name} is still being worked through. Wait until that has ended, or stop it first.",
        )


@dataclass(frozen=True)
class _Entry:
    """What machines work with in a stage: a model, and where a detector learns from masks, these."""

    model: Model
    masks: TrainingSet | None


def _admit(session: Session, batch: Batch, stage: Stage) -> _Entry | None:
    """None where no machine has anything to do. Raises Conflict, as `enter_stage` says."""
    _refuse_in_work(session, batch)
    _refuse_while_running(session, batch)
    if stage == Stage.ASSISTED_MANUAL:
        return None
    model = models.active_in(session, batch.project_id)
    if model is None:
        raise Conflict(
            "no_model",
            "No model is deployed, so no masks can be made. An admin can deploy one on the page Models.",
        )
    if batch.kind != BatchKind.WORK:
        raise Conflict(
            "not_for_work",
            f"{batch.name} is there to compare people with, so machines leave it alone.",
        )
    if stage != Stage.SEMI_AUTOMATIC:
        return _Entry(model, None)
    masks = training_set(session, batch.project_id)
    if masks.masks < LEAST_MASKS or masks.images < LEAST_IMAGES:
        raise Conflict(
            "too_few_masks",
            f"The detector learns from accepted masks of the first stage: at least {LEAST_MASKS} on "
            f"{LEAST_IMAGES} images. There are {masks.masks} on {masks.images}. Annotate more first.",
        )
    return _Entry(model, masks)


def _start_run(session: Session, batch: Batch, stage: Stage, entry: _Entry, detector_minutes: float) -> None:
    run = StageRun(batch_id=batch.id, stage=stage, model_id=entry.model.id)
    if entry.masks is not None:
        detector = _ensure_detector(session, batch.project_id, entry.model, entry.masks, detector_minutes)
        run.detector_id = detector.id
    session.add(run)
    session.flush()
    session.execute(
        update(Image)
        .where(Image.batch_id == batch.id, _is_for_machines(stage))
        .values(awaited_run_id=run.id, work_updated_at=utc_now())
        .execution_options(synchronize_session=False)
    )
    if stage != Stage.SEMI_AUTOMATIC or detector.weights_key is not None:
        _queue_images(session, run, _awaiting(session, run))


def _is_for_machines(stage: Stage) -> ColumnElement[bool]:
    """A condition on images of a batch that enters the stage. What people have begun, people end."""
    is_open = Image.work_state.in_(IN_QUEUE)
    return is_open & ~machine.begun_by_people() if stage == Stage.FULLY_AUTOMATIC else is_open


def _known_detector(session: Session, model: Model, masks: TrainingSet) -> UUID | None:
    same = select(Detector.id).where(
        Detector.encoder_digest == model.encoder_digest, Detector.training_digest == masks.digest
    )
    return session.scalars(same).one_or_none()


def _is_trained(session: Session, entry: _Entry) -> bool:
    known = _known_detector(session, entry.model, entry.masks) if entry.masks else None
    return known is not None and session.get_one(Detector, known).weights_key is not None


def _ensure_detector(
    session: Session, project_id: UUID, model: Model, masks: TrainingSet, minutes: float
) -> Detector:
    """The detector of these masks, locked; a new one's training is queued."""
    known = _known_detector(session, model, masks)
    if known is None:
        detector = Detector(
            project_id=project_id,
            encoder_digest=model.encoder_digest,
            training_digest=masks.digest,
            image_count=masks.images,
            mask_count=masks.masks,
            train_minutes=minutes,
        )
        session.add(detector)
        session.flush()
        known = detector.id
    job = jobs.enqueue(session, JobKind.TRAIN_DETECTOR, str(known), JobQueue.TRAIN, project_id=project_id)
    detector = session.get_one(Detector, known, with_for_update=True)
    if detector.weights_key is None:
        # Nothing happens to a job that has not ended. One that is done without weights has lost them.
        _ = jobs.retry(session, job) or jobs.run_again(session, job)
    return detector


def _train_lost_detector(session: Session, run: StageRun) -> bool:
    """Whether the run has to wait for another training, since its detector's file was of no use."""
    detector = _lock_detector(session, run.detector_id) if run.detector_id else None
    if detector is None or detector.weights_key is not None:
        return False
    trained = [job for job in _detector_jobs(session, run) if jobs.run_again(session, job)]
    if trained:
        _drop_unfinished(session, run.id)  # they come again with the detector
    return bool(trained)


def training_set(session: Session, project_id: UUID) -> TrainingSet:
    """What a project's detector would learn from now."""
    digest = hashlib.sha256(project_id.bytes)
    contents: set[str] = set()
    count = 0
    for row in machine.first_stage_boxes(session, project_id):
        digest.update(repr(tuple(row)).encode())
        contents.add(row[0])
        count += 1
    return TrainingSet(digest.hexdigest(), len(contents), count)


def _call_off(session: Session, batch_id: UUID) -> None:
    """No image of the batch awaits a machine any more. A job that runs finds that out at its end."""
    for run_id in session.scalars(select(StageRun.id).where(StageRun.batch_id == batch_id)).all():
        _drop_unfinished(session, run_id)
    session.execute(
        update(Image)
        .where(Image.batch_id == batch_id, Image.awaited_run_id.is_not(None))
        .values(awaited_run_id=None, work_updated_at=utc_now())
        .execution_options(synchronize_session=False)
    )


def _drop_unfinished(session: Session, run_id: UUID) -> None:
    jobs.drop_parts(session, run_id, JobState.QUEUED, JobState.FAILED)


def _queue_images(session: Session, run: StageRun, image_ids: Sequence[UUID]) -> None:
    subjects = [subject_of(run.id, image_id) for image_id in image_ids]
    project_id = project_of_batch(session, run.batch_id)
    jobs.enqueue_parts(
        session, JOB_OF[run.stage], subjects, JobQueue.AUTOMASK, project_id=project_id, part_of=run.id
    )


def _awaiting(session: Session, run: StageRun) -> Sequence[UUID]:
    waiting = select(Image.id).where(Image.awaited_run_id == run.id)
    return session.scalars(waiting.order_by(Image.priority.desc(), Image.created_at, Image.id)).all()


def _lock_detector(session: Session, detector_id: UUID) -> Detector | None:
    return session.get(Detector, detector_id, with_for_update=True, populate_existing=True)


# ---- showing ----------------------------------------------------------------------------------------------


def _present_run(session: Session, batch: Batch) -> StageRun | None:
    """The last one, if it is through the stage that the batch is in."""
    runs = select(StageRun).where(StageRun.batch_id == batch.id, StageRun.stage == batch.stage)
    newest = runs.order_by(StageRun.created_at.desc(), StageRun.id).limit(1)
    return session.scalars(newest).one_or_none()


def _detector_jobs(session: Session, run: StageRun) -> list[Job]:
    if run.detector_id is None:
        return []
    job = jobs.find(session, JobKind.TRAIN_DETECTOR, str(run.detector_id))
    return [job] if job else []


def _stage_out(stage: Stage, counts: StageImages) -> StageOut:
    return StageOut(
        stage=stage,
        detector=None,
        images=counts,
        masks=0,
        masks_per_image=None,
        images_per_minute=None,
        seconds_left=None,
        failures=[],
    )


def _show_detector(session: Session, run: StageRun) -> DetectorOut | None:
    if run.detector_id is None:
        return None
    detector = session.get_one(Detector, run.detector_id)
    [job] = _detector_jobs(session, run)
    return DetectorOut(
        state=JobState.DONE if detector.weights_key is not None else job.state,
        image_count=detector.image_count,
        mask_count=detector.mask_count,
        progress=job.progress,
        recall=detector.recall,
        error=job.error,
    )


def _seconds_left(
    session: Session, run: StageRun, detector: DetectorOut | None, images_left: int, per_minute: float | None
) -> float | None:
    """Of the training as long as that goes on; what comes after it cannot be told before it has begun."""
    if detector is not None and detector.state in (JobState.QUEUED, JobState.RUNNING):
        minutes = session.get_one(Detector, run.detector_id).train_minutes
        return round(60 * minutes * (1 - (detector.progress or 0)), 1)
    if not images_left or per_minute is None:
        return None
    return round(60 * images_left / per_minute, 1)


def _failures(session: Session, run: StageRun) -> list[StageFailure]:
    failed = jobs.failed_parts(session, run.id)[:MOST_FAILURES]
    ids = [UUID(job.subject.partition(":")[2]) for job in failed]
    names = images.names_by_id(session, ids)
    return [
        StageFailure(image_id=image_id, name=names[image_id], reason=job.error or "It has failed.")
        for image_id, job in zip(ids, failed, strict=True)
        if image_id in names
    ]
