"""HTTP of the dashboard."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from backend.core.dependencies import SessionDep, SettingsDep, StorageDep
from backend.dashboards import machines, service, tables
from backend.dashboards.schemas import Chart, DashboardOut, Filters, MachinesOut
from backend.projects import service as projects
from backend.users.dependencies import UserDep, require
from backend.users.models import Role

router = APIRouter(prefix="/dashboard", tags=["dashboard"], dependencies=[require(Role.MANAGER)])

FiltersDep = Annotated[Filters, Query()]


@router.get("")
def show_dashboard(session: SessionDep, user: UserDep, filters: FiltersDep) -> DashboardOut:
    """Figures of a project's work: masks, time, people, models, agreement, and when it will be done."""
    return service.show_dashboard(session, user.project_id, filters)


@router.get("/machines")
def show_machines(
    session: SessionDep, user: UserDep, settings: SettingsDep, storage: StorageDep
) -> MachinesOut:
    """The project's jobs by queue and hour, why some failed, and how much storage all projects take."""
    return machines.show(session, user.project_id, storage, stale_seconds=settings.stale_seconds)


@router.get("/{chart}.csv", response_class=Response)
def download_chart(
    chart: Annotated[Chart, Path(description="Which figures.")],
    session: SessionDep,
    user: UserDep,
    filters: FiltersDep,
    settings: SettingsDep,
    storage: StorageDep,
) -> Response:
    """The rows behind a chart as CSV in UTF-8, with the names of the fields at the top."""
    figures: DashboardOut | MachinesOut
    if chart in tables.OF_MACHINES:
        figures = machines.show(session, user.project_id, storage, stale_seconds=settings.stale_seconds)
    else:
        figures = service.show_dashboard(session, user.project_id, filters)
    name = tables.file_name(chart, projects.get_project(session, user.project_id).name)
    return Response(
        tables.to_csv(chart, figures),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
