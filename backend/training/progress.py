"""What the job of a run writes down: its snapshot, how far it is, how it ended.

Every step is for the holder of the job alone, in one transaction with what it changes, so that of two workers
with one run, or a worker and somebody who stops it, only one has its way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.core.errors import Conflict
from backend.jobs import service as jobs
from backend.jobs.models import JobKind, JobState
from backend.models import registry
from backend.models import service as models
from backend.models.models import Model
from backend.models.schemas import RunMetrics
from backend.training import gate, service
from backend.training.manifest import Totals
from backend.training.models import RunState, Snapshot, TrainingPoint, TrainingRun
from backend.training.schemas import RunSettings

PHASES = {
    # The share of the whole that is over when a phase begins, and how much of it the phase is.
    RunState.SNAPSHOT: (0.0, 0.02),
    RunState.EMBEDDING: (0.02, 0.13),
    RunState.TRAINING: (0.15, 0.7),
    RunState.EVALUATING: (0.85, 0.1),  # then the new model's decoder is exported and tried out
}


ABANDONED_AFTER = timedelta(seconds=15)  # a living worker lets go within five


@dataclass(frozen=True)
class Task:
    """A run as its job finds it."""

    run: TrainingRun
    settings: RunSettings
    snapshot: Snapshot | None
    parent: Model


def begin(session: Session, run_id: UUID) -> Task | None:
    """What is to be done for a run; None when there is nothing, any more."""
    run = service.lock_run(session, run_id)
    if run is None:
        return None
    if run.state == RunState.FAILED:  # its job was tried again from the queue's page
        try:
            service.reopen(session, run)
        except Conflict:
            return None
    if run.finished_at is not None:
        return None
    run.started_at = run.started_at or utc_now()
    snapshot = session.get(Snapshot, run.snapshot_id) if run.snapshot_id else None
    settings = RunSettings.model_validate(run.settings)
    return Task(run, settings, snapshot, models.get_model(session, run.parent_id))


def keep_snapshot(
    session: Session, run_id: UUID, token: UUID, *, digest: str, manifest_key: str, totals: Totals
) -> Snapshot | None:
    """Notes what the run learns from, once; None when the run is somebody else's now."""
    run = _held(session, run_id, token)
    if run is None:
        return None
    snapshot = Snapshot(
        project_id=run.project_id,
        digest=digest,
        manifest_key=manifest_key,
        image_count=totals.images,
        mask_count=totals.masks,
        held_out_images=totals.held_out_images,
        held_out_masks=totals.held_out_masks,
    )
    session.add(snapshot)
    session.flush()
    run.snapshot_id = snapshot.id
    return snapshot


def report(
    session: Session,
    run_id: UUID,
    token: UUID,
    phase: RunState,
    share: float,
    *,
    seconds_left: float | None,
    precision: str | None = None,
    points: Sequence[TrainingPoint] = (),
) -> bool:
    """How far a phase is, from 0 to 1; False when the run is somebody else's now."""
    run = _held(session, run_id, token)
    if run is None:
        return False
    begun, part = PHASES[phase]
    run.state, run.progress = phase, round(begun + part * share, 4)
    run.seconds_left = None if seconds_left is None else round(seconds_left, 1)
    run.precision = precision or run.precision
    jobs.report_progress(session, token, run.progress)
    if points:
        # A run that goes on from its checkpoint takes some steps again.
        again = TrainingPoint.step >= points[0].step
        session.execute(delete(TrainingPoint).where(TrainingPoint.run_id == run_id, again))
        session.add_all(points)
    return True


def finish(session: Session, run_id: UUID, token: UUID, model: Model, metrics: RunMetrics) -> bool:
    """Registers what has come of a run, and has the project work with it where the gate lets it pass.

    False when the run is somebody else's now, and nothing was changed.
    """
    run = _held(session, run_id, token)
    if run is None:
        return False
    settings = RunSettings.model_validate(run.settings)
    known = models.find_by_weights(session, model.weights_sha256)
    present = models.active_in(session, run.project_id)
    decision = gate.decide(
        settings,
        metrics,
        has_learnt=known is None,
        is_parent_in_use=present is not None and present.id == run.parent_id,
    )
    if known is None:
        model.name = registry.next_name(session, run.project_id)
        model.project_id, model.parent_id, model.run_id = run.project_id, run.parent_id, run.id
        model.metrics = metrics.model_dump(mode="json")
        session.add(model)
        session.flush()
    registered = known or model
    if decision.promote:
        registry.promote(session, run.project_id, registered, by=None, reason=decision.verdict)
    run.model_id, run.metrics = registered.id, metrics.model_dump(mode="json")
    run.verdict = decision.verdict
    service.end(run, RunState.DONE)
    run.progress = 1.0
    return True


def fail(session: Session, run_id: UUID, token: UUID, reason: str) -> None:
    """Nothing happens when the run is somebody else's now."""
    run = _held(session, run_id, token)
    if run is not None:
        service.end(run, RunState.FAILED)
        run.error = reason


def let_go(session: Session, run_id: UUID) -> None:
    """End a run that is stopping: its worker is free."""
    run = service.lock_run(session, run_id)
    if run is not None and run.state == RunState.STOPPING:
        service.end(run, RunState.CANCELLED)


def abandoned(session: Session) -> Sequence[UUID]:
    """Stopping runs whose worker died before it let go."""
    silent = TrainingRun.updated_at < utc_now() - ABANDONED_AFTER
    return session.scalars(select(TrainingRun.id).where(TrainingRun.state == RunState.STOPPING, silent)).all()


def given_up(session: Session) -> dict[UUID, str]:
    """Unfinished runs whose job was given up, after their workers died again and again, with its reason."""
    unfinished = session.scalars(select(TrainingRun.id).where(TrainingRun.finished_at.is_(None))).all()
    found = jobs.find_all(session, JobKind.RETRAIN, [str(run_id) for run_id in unfinished])
    return {
        UUID(job.subject): job.error or "It has failed."
        for job in found.values()
        if job.state == JobState.FAILED
    }


def fail_given_up(session: Session) -> None:
    """Ends those."""
    for run_id, reason in given_up(session).items():
        run = service.lock_run(session, run_id)
        if run is not None and run.finished_at is None:
            service.end(run, RunState.FAILED)
            run.error = reason


def _held(session: Session, run_id: UUID, token: UUID) -> TrainingRun | None:
    """The run, locked, if it is unfinished and its job that of the token."""
    run = service.lock_run(session, run_id)
    if run is None or run.finished_at is not None or not jobs.is_held(session, token):
        return None
    return run
