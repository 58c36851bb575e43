"""HTTP of retraining: rules, what they would do, and runs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, status

from backend.core.dependencies import SessionDep
from backend.projects.models import Stage
from backend.training import service
from backend.training.schemas import Outlook, RuleIn, RuleOut, RunIn, TrainingPointOut, TrainingRunOut
from backend.users.dependencies import UserDep, require
from backend.users.models import Role

router = APIRouter(prefix="/training", tags=["training"], dependencies=[require(Role.MANAGER)])

RunId = Annotated[UUID, Path(description="Id of the run.")]


@router.get("/rules")
def list_rules(session: SessionDep, user: UserDep) -> list[RuleOut]:
    """When runs start by themselves, stage by stage."""
    return service.list_rules(session, user.project_id)


@router.put("/rules/{stage}", dependencies=[require(Role.ADMIN)])
def set_rule(stage: Stage, wanted: RuleIn, session: SessionDep, user: UserDep) -> RuleOut:
    """Replaces a stage's rule."""
    return service.set_rule(session, user.project_id, stage, wanted)


@router.get("/outlook")
def show_outlook(session: SessionDep, user: UserDep) -> list[Outlook]:
    """What each stage's rule would do now."""
    return service.show_outlook(session, user.project_id)


@router.get("/runs")
def list_runs(session: SessionDep, user: UserDep) -> list[TrainingRunOut]:
    """The project's runs, the newest first."""
    return service.list_runs(session, user.project_id)


@router.post("/runs", status_code=status.HTTP_201_CREATED, dependencies=[require(Role.ADMIN)])
def start_run(wanted: RunIn, session: SessionDep, user: UserDep) -> TrainingRunOut:
    """Starts a run. 409 `training_running`, `too_few_masks`, `no_model`."""
    run = service.ask_for_run(session, user.project_id, wanted, by=user.id)
    return service.show_run(session, run)


@router.get("/runs/{run_id}")
def show_run(run_id: RunId, session: SessionDep) -> TrainingRunOut:
    return service.show_run(session, service.get_run(session, run_id))


@router.get("/runs/{run_id}/points")
def list_points(
    run_id: RunId,
    session: SessionDep,
    after: Annotated[int, Query(ge=-1, description="Of the steps behind this one.")] = -1,
) -> list[TrainingPointOut]:
    """Loss and IoU of the run's steps so far."""
    return service.list_points(session, run_id, after=after)


@router.post("/runs/{run_id}/cancel", dependencies=[require(Role.ADMIN)])
def cancel(run_id: RunId, session: SessionDep) -> TrainingRunOut:
    """Stops a run; its last checkpoint stays. 409 `run_finished`."""
    return service.show_run(session, service.cancel(session, run_id))


@router.post("/runs/{run_id}/retry", dependencies=[require(Role.ADMIN)])
def retry(run_id: RunId, session: SessionDep) -> TrainingRunOut:
    """Has a failed or stopped run go on from where it was. 409 `not_failed`, `training_running`."""
    return service.show_run(session, service.retry(session, run_id))
