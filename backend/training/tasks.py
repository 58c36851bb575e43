"""A run from snapshot to verdict. Each phase leaves what the next one needs, so that a run whose worker dies
goes on where it was: the snapshot's row and manifest, stored embeddings, the checkpoint in the storage."""

from __future__ import annotations

import errno
import json
import math
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray
from safetensors import SafetensorError

from backend.core.database import is_temporary, session_scope
from backend.images import service as images
from backend.images.models import Image
from backend.images.tasks import read_rgb, unpacked_embedding
from backend.jobs.apart import run_apart
from backend.jobs.run import JobError, JobRun, TakenAwayError
from backend.models.downloader import sha256_of
from backend.models.schemas import HeldOut, ModelQuality, RunMetrics, SourceQuality
from backend.models.service import ModelError
from backend.models.tasks import load_sam, prepare, worker_device
from backend.training import progress, service
from backend.training.manifest import IMAGES, CorruptMaskError, write_manifest
from backend.training.models import RunState, Snapshot, TrainingPoint, Trains
from backend.training.progress import Task
from engine.train.watch import Step, StoppedError, Watch

if TYPE_CHECKING:
    from engine.embedding import EmbeddingHeader
    from engine.evaluate.held_out import TriedMask
    from engine.precision import PrecisionChoice
    from engine.sam.model import Sam
    from engine.train.manifest import Manifest

    Embedded = tuple[NDArray[np.float32], EmbeddingHeader]

log = structlog.get_logger(__name__)

MANIFEST = "manifest.jsonl"
NEW_WEIGHTS = "new.safetensors"
TELL_EVERY_SECONDS = 1.0
MOST_POINTS = 600  # of a run's curve
MOST_TRIED_MASKS = 200  # with both models: a few minutes on two cores
CHECKPOINTS_PER_RUN, MOST_MINUTES_BETWEEN = 5, 2.0
DISK_IS_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


def retrain_apart(run: JobRun) -> None:
    """Do as `retrain`, but let the worker go within seconds of a stop, even inside a long step."""
    try:
        run_apart(retrain, run)
    finally:
        _let_go(run)


def retrain(run: JobRun) -> None:
    """Does the training run `run.subject`: then there is one more model, or a reason why not."""
    run_id = UUID(run.subject)
    with session_scope(run.sessions) as session:
        task = progress.begin(session, run_id)
    if task is None:
        return
    folder = _folder(run)
    # What a killed worker has left. A run taken for dead that goes on has lost its job anyway.
    shutil.rmtree(folder.parent, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        _Retraining(run, task, folder).run()
    except TakenAwayError:
        raise
    except Exception as error:
        if is_temporary(error):
            raise  # the database is away: the job waits, and so does the run
        failure = _explained(error)
        with session_scope(run.sessions) as session:
            progress.fail(session, run_id, run.token, failure.message)
        raise failure from error
    finally:
        _let_go(run)


def _let_go(run: JobRun) -> None:
    folder = _folder(run)
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # another worker has begun
        folder.parent.rmdir()
    with session_scope(run.sessions) as session:
        progress.let_go(session, UUID(run.subject))


def _folder(run: JobRun) -> Path:
    return run.settings.data_dir / "training" / run.subject / str(run.token)


class _How(TypedDict):
    """What both kinds of training are given."""

    device: str
    resume: bool
    watch: Watch
    precision: PrecisionChoice


class _Retraining:
    """The phases of one run on this worker."""

    def __init__(self, run: JobRun, task: Task, folder: Path) -> None:
        self.job, self.task, self.folder = run, task, folder
        self.run_id = task.run.id
        self.settings, self.parent = task.settings, task.parent
        self.told_at = 0.0

    def run(self) -> None:
        self.tell(RunState.SNAPSHOT, 0.0)
        snapshot = self.task.snapshot or self._take_snapshot()
        records = _open_manifest(self._fetch_manifest(snapshot))
        _refuse_too_few(snapshot)
        learnt, held_out = records.split()
        self._gather(learnt)
        model = self._train(learnt)
        metrics = self._evaluate(model, held_out)
        self._register(model, metrics)
        self._delete_checkpoints()

    def _delete_checkpoints(self) -> None:
        with session_scope(self.job.sessions, read_only=True) as session:
            keys = service.spent_checkpoints(session, self.task.run)
        for key in keys:
            self.job.storage.delete(key)

    # ---- snapshot -----------------------------------------------------------------------------------------

    def _take_snapshot(self) -> Snapshot:
        path = self.folder / "new.jsonl"
        with session_scope(self.job.sessions, read_only=True) as session, path.open("wb") as file:
            totals, digest = write_manifest(session, self.task.run.project_id, file)
        key = f"snapshots/{self.task.run.project_id}/{digest}.jsonl"  # the same masks, the same file
        self.job.storage.put_file(key, path)
        with session_scope(self.job.sessions) as session:
            snapshot = progress.keep_snapshot(
                session, self.run_id, self.job.token, digest=digest, manifest_key=key, totals=totals
            )
        if snapshot is None:
            raise TakenAwayError
        return snapshot

    def _fetch_manifest(self, snapshot: Snapshot) -> Path:
        path = self.folder / MANIFEST
        try:
            with path.open("wb") as file:
                file.writelines(self.job.storage.chunks(snapshot.manifest_key))
        except FileNotFoundError:
            raise JobError("snapshot_gone", "The snapshot's file is missing. Start another run.") from None
        if sha256_of(path) != snapshot.digest:
            raise JobError("snapshot_damaged", "The snapshot's file was changed. Start another run.")
        return path

    # ---- what is learnt from ------------------------------------------------------------------------------

    def _gather(self, records: Manifest) -> None:
        """Puts what training reads beside the manifest: embeddings for a decoder, pictures for all of it."""
        started = time.monotonic()
        for done in range(len(records)):
            image = _image(_line(records, done))
            if self.settings.trains == Trains.DECODER:
                self._bring(self._embedding_key(image), self._embedding_file(image.sha256))
            else:
                self._bring(image.picture_key, self.folder / IMAGES / image.sha256)
            share = (done + 1) / len(records)
            rest = (time.monotonic() - started) * (1 - share) / share
            self.tell_now_and_then(RunState.EMBEDDING, share, seconds_left=rest + 60 * self.settings.minutes)

    def _embedding_key(self, image: Image) -> str:
        """Of the stored embedding, computed where there is none, refused where it is another encoder's."""
        self._embedding_by_parent(image)
        with session_scope(self.job.sessions, read_only=True) as session:
            stored = images.find_embedding(session, image.sha256, self.parent.encoder_digest)
        if stored is None:
            raise JobError("embedding_gone", "An embedding was deleted while the run was at it. Try again.")
        return stored.blob_key

    def _embedding_file(self, sha256: str) -> Path:
        return self.folder / "embeddings" / f"{sha256}.mlem"

    def _bring(self, key: str, path: Path) -> None:
        if path.exists():
            return
        path.parent.mkdir(exist_ok=True)
        local = self.job.storage.local_path(key)
        try:
            if local is None:
                path.write_bytes(self.job.storage.get(key))
            else:
                path.symlink_to(local.resolve(strict=True))
        except FileNotFoundError:
            raise JobError("file_gone", f"A file that the run needs is missing: {key}.") from None

    # ---- training -----------------------------------------------------------------------------------------

    def _train(self, records: Manifest) -> Sam:
        from engine.train.manifest_run import EmbeddedPhotos, manifest_recipe, train_decoder, train_model

        self.tell(RunState.TRAINING, 0.0)
        model = load_sam(self.job.runtime, self.parent)
        minutes = self.settings.minutes
        is_full = self.settings.trains == Trains.FULL
        recipe = manifest_recipe(
            "model" if is_full else "decoder",
            minutes,
            "minutes",
            model.config.image_size,
            checkpoint_minutes=min(minutes / CHECKPOINTS_PER_RUN, MOST_MINUTES_BETWEEN),
            loader_workers=1 if is_full else 0,
            seed=0,
        )
        folder = self.folder / "train"
        how: _How = {
            "device": worker_device(self.job.settings),
            "resume": self._fetch_checkpoint(folder),
            "watch": _Watch(self),
            "precision": self.job.settings.worker_precision,
        }
        try:
            if is_full:
                return train_model(model, records, folder, recipe, **how)
            files = [self._embedding_file(_line(records, index)["sha256"]) for index in range(len(records))]
            return train_decoder(model, EmbeddedPhotos(records, files), folder, recipe, **how)
        except StoppedError:
            raise TakenAwayError from None

    def _fetch_checkpoint(self, folder: Path) -> bool:
        """Whether there is one, of this run on a worker before."""
        from engine.train.loop import STATE

        folder.mkdir()
        try:
            with (folder / STATE).open("wb") as file:
                file.writelines(self.job.storage.chunks(service.checkpoint_key(self.run_id)))
        except FileNotFoundError:
            (folder / STATE).unlink()
            return False
        return True

    # ---- evaluation ---------------------------------------------------------------------------------------

    def _evaluate(self, model: Sam, records: Manifest) -> RunMetrics:
        """Both models on the same masks: at most `MOST_TRIED_MASKS`, some of every held-out image."""
        from engine.evaluate.held_out import try_mask
        from engine.predict import Predictor

        before: list[TriedMask] = []
        after: list[TriedMask] = []
        sides = (
            (Predictor(load_sam(self.job.runtime, self.parent)), self._embedding_by_parent, before),
            (Predictor(model), self._embedding_by(model), after),
        )
        per_image = max(1, math.ceil(MOST_TRIED_MASKS / len(records)))
        images_tried = min(len(records), MOST_TRIED_MASKS)
        started = time.monotonic()
        for done in range(images_tried):
            line = _line(records, done * len(records) // images_tried)
            image, masks = _image(line), _chosen_masks(line, per_image)
            for predictor, embedding_of_image, tried in sides:
                predictor.set_embedding(*embedding_of_image(image))
                tried += [try_mask(predictor, truth, source) for truth, source in masks]
            share = (done + 1) / images_tried
            left = (time.monotonic() - started) * (1 - share) / share if share < 1 else None
            self.tell_now_and_then(RunState.EVALUATING, share, seconds_left=left)
        if not before:
            raise JobError(
                "too_few_masks",
                "The masks on the held-out images are too small to be clicked. Annotate more.",
            )
        held_out = HeldOut(images=images_tried, masks=len(before))
        return RunMetrics(held_out=held_out, before=_quality(before), after=_quality(after))

    def _embedding_by_parent(self, image: Image) -> Embedded:
        """The one that the page gets."""
        return unpacked_embedding(self.job.runtime, image, self.parent.encoder_digest)

    def _embedding_by(self, model: Sam) -> Callable[[Image], Embedded]:
        """That of a new encoder is not stored: it may not be put to use."""
        from engine.embedding import embed_photo, unpack_embedding
        from engine.sam.registry import encoder_digest

        if self.settings.trains == Trains.DECODER:
            return self._embedding_by_parent
        digest = encoder_digest(model)
        return lambda image: unpack_embedding(embed_photo(model, read_rgb(self.job.storage, image), digest))

    # ---- promotion ----------------------------------------------------------------------------------------

    def _register(self, model: Sam, metrics: RunMetrics) -> None:
        """Files first, then everything that is said of them in one transaction."""
        from engine.sam.registry import save_checkpoint

        path = self.folder / NEW_WEIGHTS
        save_checkpoint(model, path)
        row = prepare(self.job.runtime, path, sha256_of(path), scratch_dir=self.folder)
        with session_scope(self.job.sessions) as session:
            if not progress.finish(session, self.run_id, self.job.token, row, metrics):
                raise TakenAwayError

    # ---- telling ------------------------------------------------------------------------------------------

    def tell_now_and_then(self, phase: RunState, share: float, *, seconds_left: float | None) -> None:
        """Every second at most, and at the phase's end. Raises TakenAwayError."""
        if share < 1 and time.monotonic() - self.told_at < TELL_EVERY_SECONDS:
            self.check_held()
        else:
            self.tell(phase, share, seconds_left=seconds_left)

    def tell(
        self,
        phase: RunState,
        share: float,
        *,
        seconds_left: float | None = None,
        precision: str | None = None,
        points: Sequence[TrainingPoint] = (),
    ) -> None:
        """How much of a phase is over, 0 to 1. Raises TakenAwayError, also when the run was stopped."""
        self.told_at = time.monotonic()
        with session_scope(self.job.sessions) as session:
            told = progress.report(
                session,
                self.run_id,
                self.job.token,
                phase,
                share,
                seconds_left=seconds_left,
                precision=precision,
                points=points,
            )
        if not told:
            raise TakenAwayError

    def check_held(self) -> None:
        if not self.job.is_held():
            raise TakenAwayError


class _Watch(Watch):
    """Tells of a training's steps, ends it when the run was stopped, and keeps its state in the storage."""

    def __init__(self, retraining: _Retraining) -> None:
        self._retraining = retraining
        self._every = max(TELL_EVERY_SECONDS, 60 * retraining.settings.minutes / MOST_POINTS)

    def stepped(self, step: Step) -> bool:
        retraining = self._retraining
        try:
            if step.share < 1 and time.monotonic() - retraining.told_at < self._every:
                retraining.check_held()
                return True
            retraining.tell(
                RunState.TRAINING,
                step.share,
                seconds_left=step.seconds_left,
                precision=step.precision,
                points=[
                    TrainingPoint(
                        run_id=retraining.run_id,
                        step=step.step,
                        minutes=round(step.minutes, 4),
                        loss=round(step.loss, 5),
                        iou_by_round=[round(iou, 4) for iou in step.iou_by_round],
                    )
                ],
            )
        except TakenAwayError:
            return False
        return True

    def kept(self, folder: Path) -> None:
        from engine.train.loop import STATE

        retraining = self._retraining
        retraining.job.storage.put_file(service.checkpoint_key(retraining.run_id), folder / STATE)


# ---- manifest ---------------------------------------------------------------------------------------------


def _open_manifest(path: Path) -> Manifest:
    """The records' places in the file, and the side that each was on when it was written."""
    from engine.train.manifest import Manifest

    offsets, held_out, begin = [], [], 0
    with path.open("rb") as file:
        for line in file:
            offsets.append(begin)
            held_out.append(bool(json.loads(line)["held_out"]))
            begin += len(line)
    return Manifest(path, np.array(offsets, np.int64), np.array(held_out, np.bool_))


def _refuse_too_few(snapshot: Snapshot) -> None:
    if not 0 < snapshot.held_out_images < snapshot.image_count:
        raise JobError(
            "too_few_masks",
            f"{snapshot.image_count} images have accepted masks, {snapshot.held_out_images} of them held out "
            "for trying models; a run needs some on both sides. Annotate more.",
        )


def _line(records: Manifest, index: int) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(records.line(index))
    return document


def _image(line: dict[str, Any]) -> Image:
    """As much of the image's row as its files need: the row itself may be gone by now."""
    return Image(sha256=line["sha256"], name=line["name"], picture_key=line["picture_key"])


def _chosen_masks(line: dict[str, Any], most: int) -> list[tuple[NDArray[np.bool_], str]]:
    """At most so many of an image's masks with their sources, always the same ones."""
    from engine.evaluate.held_out import is_clickable
    from engine.rle import decode_rle, rle_area

    masks = [mask for mask in line["masks"] if is_clickable(rle_area(mask["rle"]))]
    masks.sort(key=lambda mask: mask["digest"])
    return [(decode_rle(mask["rle"]) > 0, mask["source"]) for mask in masks[:most]]


def _quality(tried: Sequence[TriedMask]) -> ModelQuality:
    from engine.evaluate.held_out import ClickQuality, by_source

    overall = ClickQuality.of(tried)
    return ModelQuality(
        miou=_rounded(overall.mean_iou),
        noc85=round(overall.noc85, 3),
        by_source={
            source: SourceQuality(
                masks=quality.masks, miou=_rounded(quality.mean_iou), noc85=round(quality.noc85, 3)
            )
            for source, quality in by_source(tried).items()
        },
    )


def _rounded(mean_iou: Mapping[int, float]) -> dict[str, float]:
    return {str(clicks): round(iou, 4) for clicks, iou in mean_iou.items()}


# ---- failures ---------------------------------------------------------------------------------------------


def _explained(error: Exception) -> JobError:
    """A failure for a person to read; what nobody expected is logged."""
    from engine.train.loop import TrainingError

    match error:
        case JobError():
            return error
        case CorruptMaskError():
            return JobError("mask_corrupt", str(error))
        case ModelError():
            return JobError("model_not_ready", str(error))
        case TrainingError():
            return JobError("training_failed", f"The training broke off: {error}.")
        case OSError() if error.errno in DISK_IS_FULL:
            return JobError("disk_full", "The disk is full. Make room, then try the run again.")
        case OSError() | SafetensorError():
            return JobError("files_failed", f"A file cannot be read or written: {error}.")
    log.exception("a run failed unexpectedly")
    return JobError("internal", "Something went wrong that should not have. The worker's log says what.")
