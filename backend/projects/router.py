"""HTTP of the project."""

from fastapi import APIRouter

from backend.core.dependencies import SessionDep
from backend.projects import service
from backend.projects.schemas import ProjectChange, ProjectOut

router = APIRouter(prefix="/project", tags=["project"])


@router.get("")
def show_project(session: SessionDep) -> ProjectOut:
    """Labels, rules and guidelines that all images share."""
    return service.show_project(session)


@router.patch("")
def change_project(change: ProjectChange, session: SessionDep) -> ProjectOut:
    """Changes the settings that the body names."""
    return service.change_project(session, change)
