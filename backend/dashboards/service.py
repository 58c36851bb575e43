"""The figures of a project's dashboard, put together."""

from uuid import UUID

from sqlalchemy.orm import Session

from backend.dashboards.schemas import DashboardOut, Filters


def show_dashboard(session: Session, project_id: UUID, filters: Filters) -> DashboardOut:
    raise NotImplementedError
