"""A project that can be retrained in seconds: bright discs, a person's masks of them, and a tiny model."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from backend.core.database import session_scope
from backend.images.importing import Upload, import_uploads
from backend.jobs import service as jobs
from backend.jobs.models import Job, JobKind
from backend.jobs.run import JobRun
from backend.masks import service as masks
from backend.masks.schemas import MaskIn
from backend.models import service as models
from backend.models.models import Model
from backend.models.tasks import register_checkpoint
from backend.projects.models import Stage
from backend.runtime import Runtime
from backend.training import service, tasks
from backend.training.models import Promote, TrainingPoint, TrainingRun, Trains, Trigger
from backend.training.schemas import RunSettings, TrainingRunOut
from backend.training.selection import is_held_out
from tests.backend.drawing import mask_body
from tests.backend.pictures import encoded
from tests.backend.worlds import first_project

SIZE = (64, 64)
LEARNT, HELD_OUT = 5, 2
MINUTES = 0.1  # long enough to take a few steps on a machine that others use, too


def register_tiny_model(runtime: Runtime, folder: Path) -> None:
    """The installation's active model. It has learnt nothing: all its masks are empty."""
    import torch

    from engine.sam.registry import build_model, save_checkpoint
    from tests.backend.test_models_checkpoints import TINY

    torch.manual_seed(0)
    path = folder / "tiny.safetensors"
    model = build_model(TINY)
    for network in model.mask_decoder.output_hypernetworks_mlps:
        torch.nn.init.zeros_(network.layers[-1].weight)
        torch.nn.init.zeros_(network.layers[-1].bias)
    save_checkpoint(model, path)
    register_checkpoint(runtime, path, name="tiny")
    with session_scope(runtime.sessions) as session:
        models.use_model(session, "tiny")


def disc(seed: int) -> tuple[bytes, NDArray[np.uint8]]:
    """A picture, and the mask of what is on it."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    centre, radius = random.integers(20, 44, 2), random.integers(8, 16)
    mask = ((x - centre[0]) ** 2 + (y - centre[1]) ** 2 < radius**2).astype(np.uint8)
    pixels = random.integers(0, 60, (*mask.shape, 3), np.uint8)
    pixels[mask > 0] += 150
    from PIL import Image

    return encoded(Image.fromarray(pixels)), mask


def chosen_discs(learnt: int, held_out: int, first: int = 0) -> list[tuple[bytes, NDArray[np.uint8]]]:
    """So many of each side of the split."""
    import hashlib

    wanted = {False: learnt, True: held_out}
    found = []
    seed = first
    while any(wanted.values()):
        data, mask = disc(seed)
        side = is_held_out(hashlib.sha256(data).hexdigest())
        if wanted[side]:
            wanted[side] -= 1
            found.append((data, mask))
        seed += 1
    return found


def annotate(runtime: Runtime, discs: list[tuple[bytes, NDArray[np.uint8]]]) -> list[UUID]:
    """Imports the pictures and saves a mask on each; the ids of the images."""
    uploads = [Upload(f"disc-{number}.png", io.BytesIO(data)) for number, (data, _) in enumerate(discs)]
    report = import_uploads(
        runtime.sessions, runtime.storage, runtime.settings, uploads, first_project(runtime)
    )
    ids = [file.image_id for file in report.files if file.image_id]
    with session_scope(runtime.sessions) as session:
        for image_id, (_, mask) in zip(ids, discs, strict=True):
            masks.save_mask(session, uuid4(), MaskIn.model_validate(mask_body(image_id, mask)), by=None)
    return ids


def start(
    runtime: Runtime,
    *,
    trains: Trains = Trains.DECODER,
    minutes: float = MINUTES,
    promote: Promote = Promote.GATE,
    margin: float = 0.0,
) -> UUID:
    """A run that a person has asked for."""
    settings = RunSettings(trains=trains, minutes=minutes, promote=promote, margin=margin)
    with session_scope(runtime.sessions) as session:
        project_id = first_project(runtime)
        run = service.start_run(session, project_id, Stage.ASSISTED_MANUAL, settings, Trigger.PERSON, by=None)
    return run.id


def claim(runtime: Runtime, run_id: UUID) -> JobRun:
    with session_scope(runtime.sessions) as session:
        job = jobs.find(session, JobKind.RETRAIN, str(run_id))
        assert job is not None
        token = jobs.claim(session, job.id)
        assert token is not None
    return JobRun(str(run_id), token, runtime)


def work(runtime: Runtime, run_id: UUID) -> TrainingRunOut:
    """Does the run here, as a worker would."""
    tasks.retrain(claim(runtime, run_id))
    return shown(runtime, run_id)


def take_back(runtime: Runtime) -> None:
    """As a sweep does after a worker has died."""
    with session_scope(runtime.sessions) as session:
        assert jobs.take_back_stale(session, stale_seconds=0, max_attempts=3) == 1


def shown(runtime: Runtime, run_id: UUID) -> TrainingRunOut:
    with session_scope(runtime.sessions, read_only=True) as session:
        return service.show_run(session, service.get_run(session, run_id))


def points(runtime: Runtime, run_id: UUID) -> list[TrainingPoint]:
    with session_scope(runtime.sessions, read_only=True) as session:
        told = select(TrainingPoint).where(TrainingPoint.run_id == run_id).order_by(TrainingPoint.step)
        return list(session.scalars(told))


def model_in_use(runtime: Runtime) -> Model:
    project_id = first_project(runtime)
    with session_scope(runtime.sessions, read_only=True) as session:
        return models.active_model(session, project_id)


def job_of(runtime: Runtime, run_id: UUID) -> Job:
    with session_scope(runtime.sessions, read_only=True) as session:
        return session.scalars(select(Job).where(Job.subject == str(run_id))).one()


def all_runs(runtime: Runtime) -> list[TrainingRun]:
    with session_scope(runtime.sessions, read_only=True) as session:
        return list(session.scalars(select(TrainingRun).order_by(TrainingRun.created_at)))
