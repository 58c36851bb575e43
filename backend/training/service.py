"""The life of a training run: asked for or due, at most one of a project at a time, and how it ends."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.core.errors import Conflict, NotFound
from backend.jobs import service as jobs
from backend.jobs.models import JobKind, JobQueue, JobState
from backend.models import service as models
from backend.models.schemas import RunMetrics
from backend.projects.models import Stage
from backend.training import rules, selection
from backend.training.models import (
    RunState,
    Snapshot,
    TrainingPoint,
    TrainingRule,
    TrainingRun,
    Trigger,
)
from backend.training.rules import News
from backend.training.schemas import (
    Outlook,
    RuleIn,
    RuleOut,
    RunIn,
    RunSettings,
    SnapshotOut,
    TrainingPointOut,
    TrainingRunOut,
)
from backend.users import service as users

MOST_RUNS = 500  # listed
MOST_POINTS = 2000  # told at once

# ---- rules ------------------------------------------------------------------------------------------------


def get_rule(session: Session, project_id: UUID, stage: Stage) -> TrainingRule:
    """The stage's rule, or one with the defaults that is not stored."""
    rule = session.get(TrainingRule, (project_id, stage))
    return rule or TrainingRule(project_id=project_id, stage=stage, **RuleIn().model_dump())


def list_rules(session: Session, project_id: UUID) -> list[RuleOut]:
    return [_show_rule(get_rule(session, project_id, stage)) for stage in Stage]


def set_rule(session: Session, project_id: UUID, stage: Stage, wanted: RuleIn) -> RuleOut:
    rule = session.get(TrainingRule, (project_id, stage), with_for_update=True)
    if rule is None:
        rule = TrainingRule(project_id=project_id, stage=stage)
        session.add(rule)
    for name, value in wanted.model_dump().items():
        setattr(rule, name, value)
    session.flush()
    return _show_rule(rule)


def note_entered(session: Session, project_id: UUID, stage: Stage) -> None:
    """A batch has entered the stage: where its rule says so, a run starts as soon as one may."""
    rule = session.get(TrainingRule, (project_id, stage))
    if rule is not None and rule.on_entering:
        rule.entered_at = utc_now()


def show_outlook(session: Session, project_id: UUID) -> list[Outlook]:
    """What each stage's rule would do now."""
    obstacle = _obstacle(session, project_id)
    shown = []
    for stage in Stage:
        rule, now = get_rule(session, project_id, stage), utc_now()
        news = _news(session, rule, obstacle)
        shown.append(
            Outlook(
                stage=stage,
                new_masks=news.masks,
                new_images=news.images,
                would_start=rules.due(rule, news, now) is not None,
                sentence=rules.sentence(rule, news, now),
            )
        )
    return shown


def rules_that_are_due(session: Session) -> list[tuple[TrainingRule, Trigger]]:
    """Of all projects; in each at most one, since runs come one after the other."""
    by_itself = (
        TrainingRule.every_masks.is_not(None)
        | TrainingRule.every_hours.is_not(None)
        | TrainingRule.entered_at.is_not(None)
    )
    unfinished = exists().where(
        TrainingRun.project_id == TrainingRule.project_id, TrainingRun.finished_at.is_(None)
    )
    found: dict[UUID, tuple[TrainingRule, Trigger]] = {}
    now = utc_now()
    for rule in session.scalars(select(TrainingRule).where(by_itself, ~unfinished)):
        # Counting ends where it is enough: this is asked every few seconds.
        enough = max(rule.every_masks or 1, rule.least_masks)
        if rule.project_id in found or rules.in_quiet_hours(rule, now):
            continue
        trigger = rules.reason(rule, _news(session, rule, None, most=enough), now)
        if trigger is not None and _obstacle(session, rule.project_id) is None:
            found[rule.project_id] = (rule, trigger)
    return list(found.values())


# ---- runs -------------------------------------------------------------------------------------------------


def ask_for_run(session: Session, project_id: UUID, wanted: RunIn, *, by: UUID) -> TrainingRun:
    """Raises Conflict: `training_running`, `too_few_masks`, `no_model`."""
    rule = get_rule(session, project_id, wanted.stage)
    settings = RunSettings(
        trains=wanted.trains or rule.trains,
        minutes=wanted.minutes or rule.minutes,
        promote=rule.promote,
        margin=rule.margin,
        note=wanted.note,
    )
    return start_run(session, project_id, wanted.stage, settings, Trigger.PERSON, by=by)


def start_due_run(session: Session, rule: TrainingRule, trigger: Trigger) -> TrainingRun:
    """Raises Conflict as `ask_for_run`, when something has changed since it was due."""
    settings = RunSettings(trains=rule.trains, minutes=rule.minutes, promote=rule.promote, margin=rule.margin)
    return start_run(session, rule.project_id, rule.stage, settings, trigger, by=None)


def start_run(
    session: Session,
    project_id: UUID,
    stage: Stage,
    settings: RunSettings,
    trigger: Trigger,
    *,
    by: UUID | None,
) -> TrainingRun:
    """Queues a run. Raises Conflict: `training_running`, `too_few_masks`, `no_model`."""
    model = models.active_in(session, project_id)
    if model is None:
        raise Conflict(
            "no_model",
            "No model is deployed, so there is none to train. An admin can deploy one on the page Models.",
        )
    obstacle = _obstacle(session, project_id)
    if obstacle:
        raise Conflict("too_few_masks", obstacle)
    run = TrainingRun(
        project_id=project_id,
        stage=stage,
        trigger=trigger,
        asked_by=by,
        parent_id=model.id,
        settings=settings.model_dump(mode="json"),
    )
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError:  # the database itself allows one unfinished run of a project
        raise _running() from None
    jobs.enqueue(session, JobKind.RETRAIN, str(run.id), JobQueue.TRAIN, project_id=project_id)
    return run


def cancel(session: Session, run_id: UUID) -> TrainingRun:
    """Stop a run: at once where no worker has it, else it is stopping until its worker lets go.

    Raises NotFound, Conflict (run_finished).
    """
    run = _locked_run(session, run_id)
    if run.finished_at is not None:
        raise Conflict("run_finished", "This run has ended already, so there is nothing to stop.")
    job = jobs.find(session, JobKind.RETRAIN, str(run.id))
    if job is not None and job.state == JobState.RUNNING:
        run.state, run.seconds_left = RunState.STOPPING, None
    elif run.state != RunState.STOPPING:
        end(run, RunState.CANCELLED)
    jobs.forget(session, JobKind.RETRAIN, str(run.id))
    return run


def end(run: TrainingRun, state: RunState) -> None:
    run.state, run.finished_at, run.seconds_left = state, utc_now(), None


def retry(session: Session, run_id: UUID) -> TrainingRun:
    """Has a run that has failed or was stopped go on from its last checkpoint.

    Raises NotFound, Conflict: `not_failed`, `training_running`.
    """
    run = _locked_run(session, run_id)
    if run.state not in (RunState.FAILED, RunState.CANCELLED):
        raise Conflict("not_failed", "This run has neither failed nor been stopped.")
    reopen(session, run)
    jobs.forget(session, JobKind.RETRAIN, str(run.id))
    jobs.enqueue(session, JobKind.RETRAIN, str(run.id), JobQueue.TRAIN, project_id=run.project_id)
    return run


def reopen(session: Session, run: TrainingRun) -> None:
    """Has an ended run wait again. Raises Conflict (training_running)."""
    try:
        with session.begin_nested():
            run.state, run.finished_at, run.error, run.verdict = RunState.QUEUED, None, None, None
            session.flush()
    except IntegrityError:
        raise _running() from None


def lock_run(session: Session, run_id: UUID) -> TrainingRun | None:
    """The run as it is now, for this transaction alone."""
    return session.get(TrainingRun, run_id, with_for_update=True, populate_existing=True)


def get_run(session: Session, run_id: UUID) -> TrainingRun:
    """Raises NotFound (run_not_found)."""
    run = session.get(TrainingRun, run_id)
    if run is None:
        raise NotFound("run", run_id)
    return run


def list_runs(session: Session, project_id: UUID) -> list[TrainingRunOut]:
    """The newest first."""
    mine = select(TrainingRun).where(TrainingRun.project_id == project_id)
    newest = mine.order_by(TrainingRun.created_at.desc(), TrainingRun.id).limit(MOST_RUNS)
    return show_runs(session, session.scalars(newest).all())


def list_points(session: Session, run_id: UUID, *, after: int) -> list[TrainingPointOut]:
    """What a run told of its steps behind `after`. Raises NotFound."""
    get_run(session, run_id)
    told = select(TrainingPoint).where(TrainingPoint.run_id == run_id, TrainingPoint.step > after)
    return [
        TrainingPointOut(
            step=point.step, minutes=point.minutes, loss=point.loss, iou_by_round=point.iou_by_round
        )
        for point in session.scalars(told.order_by(TrainingPoint.step).limit(MOST_POINTS))
    ]


def changes_since(session: Session, since: datetime) -> list[tuple[UUID, datetime]]:
    """Runs that have come on, each with the time of it."""
    changed = select(TrainingRun.id, TrainingRun.updated_at).where(TrainingRun.updated_at >= since)
    return [(run_id, changed_at) for run_id, changed_at in session.execute(changed)]


def show_by_id(session: Session, run_ids: Collection[UUID]) -> list[tuple[UUID, TrainingRunOut]]:
    """Each with the id of its project."""
    runs = session.scalars(select(TrainingRun).where(TrainingRun.id.in_(run_ids))).all()
    return [(run.project_id, out) for run, out in zip(runs, show_runs(session, runs), strict=True)]


def show_runs(session: Session, runs: Sequence[TrainingRun]) -> list[TrainingRunOut]:
    people = users.names_by_id(session, [run.asked_by for run in runs])
    names = models.names_by_id(session, [id_ for run in runs for id_ in (run.parent_id, run.model_id) if id_])
    wanted = [run.snapshot_id for run in runs if run.snapshot_id]
    found = session.scalars(select(Snapshot).where(Snapshot.id.in_(wanted)))
    snapshots = {snapshot.id: snapshot for snapshot in found}
    return [
        TrainingRunOut(
            id=run.id,
            stage=run.stage,
            trigger=run.trigger,
            asked_by=run.asked_by,
            asked_by_name=people.get(str(run.asked_by)),
            state=run.state,
            snapshot=_show_snapshot(snapshots[run.snapshot_id]) if run.snapshot_id else None,
            parent_id=run.parent_id,
            parent_name=names[run.parent_id],
            model_id=run.model_id,
            model_name=names.get(run.model_id) if run.model_id else None,
            settings=RunSettings.model_validate(run.settings),
            metrics=RunMetrics.model_validate(run.metrics) if run.metrics else None,
            verdict=run.verdict,
            error=run.error,
            progress=run.progress,
            seconds_left=run.seconds_left,
            precision=run.precision,
            created_at=run.created_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
        )
        for run in runs
    ]


def show_run(session: Session, run: TrainingRun) -> TrainingRunOut:
    [out] = show_runs(session, [run])
    return out


def forget_project(session: Session, project_id: UUID) -> list[str]:
    """Before a project is deleted: storage keys of manifests and checkpoints that go after the commit."""
    mine = select(TrainingRun.id).where(TrainingRun.project_id == project_id)
    keys = [checkpoint_key(run_id) for run_id in session.scalars(mine)]
    session.execute(delete(TrainingPoint).where(TrainingPoint.run_id.in_(mine)))
    for table in (TrainingRun, TrainingRule):
        session.execute(delete(table).where(table.project_id == project_id))
    of_project = select(Snapshot.manifest_key).where(Snapshot.project_id == project_id)
    keys += dict.fromkeys(session.scalars(of_project))
    session.execute(delete(Snapshot).where(Snapshot.project_id == project_id))
    return keys


def spent_checkpoints(session: Session, run: TrainingRun) -> list[str]:
    """Storage keys of the checkpoints of a run and of those before it, which its model has left behind."""
    until_it = TrainingRun.created_at <= run.created_at
    mine = select(TrainingRun.id).where(TrainingRun.project_id == run.project_id, until_it)
    return [checkpoint_key(run_id) for run_id in session.scalars(mine)]


def checkpoint_key(run_id: UUID) -> str:
    """Where the state of a run is kept that has not come to its end."""
    return f"training/{run_id}/state.pt"


def _news(session: Session, rule: TrainingRule, obstacle: str | None, most: int | None = None) -> News:
    last = session.execute(
        select(TrainingRun.created_at, Snapshot.created_at, TrainingRun.finished_at)
        .outerjoin(Snapshot, Snapshot.id == TrainingRun.snapshot_id)
        .where(TrainingRun.project_id == rule.project_id, TrainingRun.stage == rule.stage)
        .order_by(TrainingRun.created_at.desc())
        .limit(1)
    ).one_or_none()
    # Failed runs count, too: what a failed one could not learn would only fail again at once.
    since = (last[1] or last[0]) if last else None
    new = selection.count_new(session, rule.project_id, rule.stage, since, most)
    is_running = session.scalar(
        select(exists().where(TrainingRun.project_id == rule.project_id, TrainingRun.finished_at.is_(None)))
    )
    return News(new.masks, new.images, last[0] if last else None, bool(is_running), obstacle)


def _obstacle(session: Session, project_id: UUID) -> str | None:
    return selection.obstacle(session, project_id)


def _locked_run(session: Session, run_id: UUID) -> TrainingRun:
    run = lock_run(session, run_id)
    if run is None:
        raise NotFound("run", run_id)
    return run


def _running() -> Conflict:
    return Conflict(
        "training_running", "A run of this project is going on. Wait until it has ended, or stop it first."
    )


def _show_rule(rule: TrainingRule) -> RuleOut:
    return RuleOut.model_validate({name: getattr(rule, name) for name in RuleOut.model_fields})


def _show_snapshot(snapshot: Snapshot) -> SnapshotOut:
    return SnapshotOut(
        id=snapshot.id,
        digest=snapshot.digest,
        image_count=snapshot.image_count,
        mask_count=snapshot.mask_count,
        held_out_images=snapshot.held_out_images,
        held_out_masks=snapshot.held_out_masks,
        created_at=snapshot.created_at,
    )
