"""What machines do in stages: train a detector, propose masks, find all masks of an image."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

import numpy as np
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.core.database import session_scope
from backend.core.errors import Conflict
from backend.images.models import Image
from backend.images.service import in_project
from backend.images.tasks import embedding_of, read_rgb, unpacked_embedding
from backend.jobs.run import JobError, JobRun
from backend.masks import machine
from backend.masks.machine import MachineMask
from backend.masks.models import MaskSource, MaskState
from backend.models import service as models
from backend.models.downloader import sha256_of
from backend.models.tasks import load_sam, worker_device
from backend.projects.models import Batch, Stage
from backend.runtime import Runtime
from backend.settings import Settings
from backend.stages import service
from backend.stages.models import Detector
from backend.work import service as work
from backend.work.review import state_after_submit

if TYPE_CHECKING:
    from engine.automask.settings import AutomaskSettings
    from engine.detector import BoxHead
    from engine.sam.model import Sam
    from engine.train.datasets import Photo

log = structlog.get_logger(__name__)

EMBEDDING_SHARE = 0.2  # of a training's progress, when many embeddings have to be computed first
# The starter claims far less of its masks than the paper's thresholds ask for (docs/performance.md): with
# these a photo gets a few masks, with the paper's none.
STARTER_PRED_IOU, STARTER_STABILITY = 0.4, 0.5
# A machine's mask that overlaps another this much shows the same object: the paper's threshold of NMS.
SAME_OBJECT_IOU = 0.7


def train_detector(run: JobRun) -> None:
    """Trains the detector `run.subject` on the first stage's masks; what waits for it is queued then."""
    from engine.detector.train import WEIGHTS

    detector_id = UUID(run.subject)
    with session_scope(run.sessions, read_only=True) as session:
        detector = session.get(Detector, detector_id)
        if detector is None or detector.weights_key is not None:
            return
        boxes = _boxes_by_content(session, detector.project_id)
        mine = in_project(detector.project_id)
        contents = session.scalars(select(Image).where(mine, Image.sha256.in_(boxes))).all()
    # A key per run: two runs of one job, after a worker was taken for dead, must not mix their files.
    weights_key = f"detectors/{detector_id}/{run.token}.safetensors"
    kept = False
    with TemporaryDirectory(prefix="detector-", dir=run.settings.data_dir) as scratch:
        folder = Path(scratch)
        photos = _stored_photos(run, detector, boxes, {image.sha256: image for image in contents}, folder)
        held_out_masks, recall = _train(run, detector, photos, folder)
        weights = folder / WEIGHTS
        run.storage.put_file(weights_key, weights)
        try:
            with session_scope(run.sessions) as session:
                kept = service.keep_detector(
                    session,
                    detector_id,
                    weights_key=weights_key,
                    weights_sha256=sha256_of(weights),
                    held_out_masks=held_out_masks,
                    recall=recall,
                )
        finally:
            if not kept:
                run.storage.delete(weights_key)


def propose(run: JobRun) -> None:
    """Proposes masks for the image of `run.subject`, all of them or none."""
    from engine.detector.propose import propose_masks

    with session_scope(run.sessions, read_only=True) as session:
        task = service.read_task(session, run.subject)
        if task is None:
            return
        stage_run, image = task
        detector = session.get_one(Detector, stage_run.detector_id)
        encoder_digest = models.get_model(session, stage_run.model_id).encoder_digest
    sam = _sam(run.runtime, stage_run.model_id)
    head = _detector(run.runtime, detector.id)
    if encoder_digest != detector.encoder_digest:
        raise JobError(
            "encoder_differs", "Detector and model have different encoders. Enter the stage again."
        )
    embedding, header = unpacked_embedding(run.runtime, image, encoder_digest)
    proposals = [
        MachineMask(
            id=uuid5(
                detector.id, f"{detector.weights_sha256} {image.id} {stage_run.model_id} {proposal.rank}"
            ),
            source=MaskSource.DETECTED,
            state=MaskState.PROPOSED,
            model_id=stage_run.model_id,
            rle_counts=proposal.rle["counts"],
            predicted_iou=proposal.predicted_iou,
            stability_score=proposal.stability_score,
            box=proposal.prompt,
        )
        for proposal in propose_masks(sam, head, embedding, header)
    ]
    with session_scope(run.sessions) as session:
        if service.finish_task(session, run.subject) is None:
            return
        new = _without_known(proposals, machine.rles_of_image(session, image.id), image)
        added = machine.add_machine_masks(session, image, new, Stage.SEMI_AUTOMATIC)
    log.info("proposed", image=str(image.id), masks=added)


def automask(run: JobRun) -> None:
    """Finds all masks of the image of `run.subject` and submits it, or does nothing at all."""
    from engine.automask.generate import generate_masks

    with session_scope(run.sessions, read_only=True) as session:
        task = service.read_task(session, run.subject)
        if task is None:
            return
        stage_run, image = task
        is_starter = models.get_model(session, stage_run.model_id).is_starter
    settings = _automask_settings(run.settings, is_starter)
    records = generate_masks(_sam(run.runtime, stage_run.model_id), read_rgb(run.storage, image), settings)
    found = []
    for number, record in enumerate(records):
        x, y = record["point_coords"][0]
        left, top, width, height = record["crop_box"]
        found.append(
            MachineMask(
                id=uuid5(stage_run.id, f"{image.id} {number}"),
                source=MaskSource.AUTOMATIC,
                state=MaskState.ACCEPTED,
                model_id=stage_run.model_id,
                rle_counts=record["segmentation"]["counts"],
                predicted_iou=record["predicted_iou"],
                stability_score=record["stability_score"],
                point=(x, y),
                crop_box=(left, top, width, height),
            )
        )
    try:
        with session_scope(run.sessions) as session:
            if service.finish_task(session, run.subject) is None:
                return
            new = _without_known(found, machine.rles_of_image(session, image.id), image)
            machine.add_machine_masks(session, image, new, Stage.FULLY_AUTOMATIC)
            batch = session.get_one(Batch, image.batch_id)
            work.decide(session, image.id, state_after_submit(batch, image.id), service.AUTOMATIC)
    except Conflict as conflict:  # somebody has opened the image, or left proposals on it
        raise JobError(conflict.code, conflict.detail) from conflict
    log.info("found all masks", image=str(image.id), masks=len(found))


# ---- training ---------------------------------------------------------------------------------------------


def _boxes_by_content(session: Session, project_id: UUID) -> dict[str, list[tuple[int, int, int, int]]]:
    """x, y, width and height of the first stage's masks, for each content of an image."""
    found: dict[str, list[tuple[int, int, int, int]]] = defaultdict(list)
    for sha256, x, y, width, height in machine.first_stage_boxes(session, project_id):
        found[sha256].append((x, y, width, height))
    return found


def _stored_photos(
    run: JobRun,
    detector: Detector,
    boxes: dict[str, list[tuple[int, int, int, int]]],
    contents: dict[str, Image],
    folder: Path,
) -> list[tuple[Photo, Path]]:
    """Each photo's boxes, with its embedding as a file of this machine; missing embeddings are computed."""
    from engine.train.datasets import Photo

    photos = []
    for done, sha256 in enumerate(sorted(contents), start=1):
        data = embedding_of(run.runtime, contents[sha256], detector.encoder_digest)
        path = folder / f"{sha256}.mlem"
        path.write_bytes(data)
        photos.append((Photo(path, (), np.array(boxes[sha256], np.float32)), path))
        run.report_progress(EMBEDDING_SHARE * done / len(contents))
    if not photos:
        raise JobError("photos_gone", "The images that the detector was to learn from are not here any more.")
    return photos


def _train(
    run: JobRun, detector: Detector, photos: list[tuple[Photo, Path]], folder: Path
) -> tuple[int, float]:
    """Leaves the weights in the folder; how many masks were held out, and the share of them that is found."""
    from engine.detector import detect
    from engine.detector.data import EmbeddedBoxes
    from engine.detector.recall import recall
    from engine.detector.train import DetectorRecipe
    from engine.detector.train import train_detector as train
    from engine.embedding import read_embedding
    from engine.train.datasets import is_held_out

    # The side of a photo is its content's own; where chance would hold out none, the first one is.
    held_out = [photo for photo in photos if is_held_out(photo[1].stem)] or photos[:1]
    learnt = [photo for photo in photos if photo not in held_out] or photos
    recipe = DetectorRecipe(detector.train_minutes, loader_workers=0)
    recipe = replace(recipe, photos_per_step=min(recipe.photos_per_step, len(learnt)))
    first, header = read_embedding(learnt[0][1])
    head = train(
        EmbeddedBoxes([photo for photo, _ in learnt], [path for _, path in learnt], seed=0),
        first.shape[0],
        header.encoder,
        recipe,
        folder,
        device=worker_device(run.settings),
        precision=run.settings.worker_precision,
        on_progress=lambda share: run.report_progress(EMBEDDING_SHARE + (1 - EMBEDDING_SHARE) * share),
    )
    found = total = 0.0
    for photo, path in held_out:
        wanted = photo.boxes.copy()
        wanted[:, 2:] += wanted[:, :2]
        found += recall(detect(head, *read_embedding(path)).boxes, wanted) * len(wanted)
        total += len(wanted)
    return round(total), round(found / total, 3)


def _automask_settings(settings: Settings, is_starter: bool) -> AutomaskSettings:
    from engine.automask.settings import AutomaskSettings

    chosen = AutomaskSettings(points_per_side=settings.automask_points_per_side)
    if is_starter:
        chosen = replace(chosen, pred_iou_thresh=STARTER_PRED_IOU, stability_score_thresh=STARTER_STABILITY)
    if settings.automask_pred_iou is not None:
        chosen = replace(chosen, pred_iou_thresh=settings.automask_pred_iou)
    if settings.automask_stability is not None:
        chosen = replace(chosen, stability_score_thresh=settings.automask_stability)
    return chosen


# ---- models and masks -------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _sam(runtime: Runtime, model_id: UUID) -> Sam:
    with session_scope(runtime.sessions, read_only=True) as session:
        model = models.get_model(session, model_id)
    return load_sam(runtime, model)


@lru_cache(maxsize=1)
def _detector(runtime: Runtime, detector_id: UUID) -> BoxHead:
    from engine.detector import read_detector
    from engine.sam.registry import CheckpointError

    with session_scope(runtime.sessions, read_only=True) as session:
        weights_key = session.get_one(Detector, detector_id).weights_key
    try:
        if weights_key is None or not runtime.storage.exists(weights_key):
            raise CheckpointError("it is missing")
        with TemporaryDirectory() as folder:
            path = Path(folder) / "detector.safetensors"
            path.write_bytes(runtime.storage.get(weights_key))
            head, _ = read_detector(path)
    except CheckpointError as error:
        if weights_key is not None:
            with session_scope(runtime.sessions) as session:
                service.lose_detector(session, detector_id, weights_key)
            runtime.storage.delete(weights_key)
        raise JobError(
            "detector_lost",
            "The detector's file is missing, broken or of an older version. "
            "Enter the stage again to train another.",
        ) from error
    return head.to(worker_device(runtime.settings))


def _without_known(found: list[MachineMask], known: list[str], image: Image) -> list[MachineMask]:
    """Those that show another object than every mask that the image has, rejected ones among them."""
    from pycocotools import mask as coco_mask

    if not found or not known:
        return found
    size = [image.height, image.width]
    there = [{"size": size, "counts": counts.encode()} for counts in known]
    new = [{"size": size, "counts": mask.rle_counts.encode()} for mask in found]
    overlaps = coco_mask.iou(new, there, [0] * len(there))  # (found, known)
    return [mask for mask, row in zip(found, overlaps, strict=True) if row.max() < SAME_OBJECT_IOU]
