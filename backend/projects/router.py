"""HTTP of the project."""

from fastapi import APIRouter

from backend.core.dependencies import SessionDep
from backend.projects import service
from backend.projects.schemas import ProjectChange, ProjectOut
from backend.users.dependencies import require
from backend.users.models import Role

router = APIRouter(prefix="/project", tags=["project"], dependencies=[require(Role.ANNOTATOR)])


@router.get("")
def show_project(session: SessionDep) -> ProjectOut:
    """Labels, rules and guidelines that all images share."""
    return service.show_project(session)


@router.patch("", dependencies=[require(Role.MANAGER)])
def change_project(change: ProjectChange, session: SessionDep) -> ProjectOut:
    """Changes the settings that the body names."""
    return service.change_project(session, change)
