"""HTTP of the queue: what waits, what failed and why, and another try."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from backend.core.dependencies import SessionDep, SettingsDep
from backend.core.paging import Cursor
from backend.jobs import service, views
from backend.jobs.models import JobKind, JobState
from backend.jobs.schemas import JobOut, JobPage, JobsOverview, RetryIn, RetryOut
from backend.users.dependencies import UserDep, require
from backend.users.models import Role

router = APIRouter(prefix="/jobs", tags=["jobs"], dependencies=[require(Role.MANAGER)])


@router.get("/overview")
def show_overview(session: SessionDep, settings: SettingsDep, user: UserDep) -> JobsOverview:
    """How many of the project's jobs wait, run, failed and were done in the last hour; and the workers."""
    return views.show_overview(session, user.project_id, stale_seconds=settings.stale_seconds)


@router.get("")
def list_jobs(
    session: SessionDep,
    user: UserDep,
    state: Annotated[JobState | None, Query(description="In this state alone.")] = None,
    kind: Annotated[JobKind | None, Query(description="Of this kind alone.")] = None,
    before: Annotated[Cursor | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> JobPage:
    """The project's jobs, those that changed last at the beginning."""
    return views.list_jobs(session, user.project_id, state=state, kind=kind, before=before, limit=limit)


@router.post("/retry")
def retry_all(wanted: RetryIn, session: SessionDep, user: UserDep) -> RetryOut:
    """Queues every failed job of a kind in the project again, or those of one reason."""
    return RetryOut(
        retried=service.retry_all_failed(session, user.project_id, wanted.kind, reason=wanted.reason)
    )


@router.post("/{job_id}/retry")
def retry_job(job_id: Annotated[UUID, Path(description="Id of the job.")], session: SessionDep) -> JobOut:
    """Queues a failed job again. 409 `not_failed`."""
    return views.show_job(session, service.retry_failed(session, job_id))
