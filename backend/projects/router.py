"""HTTP of projects."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status

from backend.core.database import session_scope
from backend.core.dependencies import SessionDep, SessionsDep, StorageDep
from backend.projects import deleting, listing, service
from backend.projects.schemas import (
    ProjectChange,
    ProjectDeletion,
    ProjectIn,
    ProjectOut,
    ProjectSummary,
)
from backend.users.dependencies import UserDep, require
from backend.users.models import Role

router = APIRouter(tags=["projects"], dependencies=[require(Role.ANNOTATOR)])


@router.get("/project")
def show_project(session: SessionDep, user: UserDep) -> ProjectOut:
    """Labels, rules and guidelines that all images of the project share."""
    return service.show_project(session, user.project_id)


@router.patch("/project", dependencies=[require(Role.MANAGER)])
def change_project(change: ProjectChange, session: SessionDep, user: UserDep) -> ProjectOut:
    """Changes what the body names. 409 `project_changed`, `label_in_use`, `project_name_taken`."""
    return service.change_project(session, user.project_id, change)


@router.get("/projects")
def list_projects(session: SessionDep, user: UserDep) -> list[ProjectSummary]:
    """One's own projects, oldest first."""
    return listing.list_projects(session, user)


@router.post("/projects", status_code=status.HTTP_201_CREATED, dependencies=[require(Role.ADMIN)])
def make_project(wanted: ProjectIn, session: SessionDep, user: UserDep) -> ProjectSummary:
    """An empty project. 409 `project_name_taken`."""
    project = service.make_project(session, wanted.name)
    return next(shown for shown in listing.list_projects(session, user) if shown.id == project.id)


@router.delete(
    "/projects/{project_id}", status_code=status.HTTP_204_NO_CONTENT, dependencies=[require(Role.ADMIN)]
)
def delete_project(
    project_id: Annotated[UUID, Path(description="Id of the project.")],
    deletion: ProjectDeletion,
    sessions: SessionsDep,
    storage: StorageDep,
) -> None:
    """Deletes a project with everything in it; people and models stay.

    409 `name_differs`, `only_project`, and `batch_in_work` while somebody works on an image.
    """
    with session_scope(sessions) as session:
        blob_keys = deleting.delete_project(session, project_id, name=deletion.name)
    for key in blob_keys:
        storage.delete(key)
