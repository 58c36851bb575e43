"""How commands are told which project they are about."""

from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.core.errors import Problem
from backend.projects.models import Project
from backend.projects.service import ensure_first_project

ProjectName = Annotated[str | None, typer.Option("--project", help="Name of the project; else the oldest.")]


def find_project(session: Session, name: str | None) -> Project:
    """Raises Problem (project_not_found) with the names that there are."""
    first = ensure_first_project(session)
    names = {project.name: project for project in session.scalars(select(Project).order_by(Project.name))}
    if name is None:
        return first
    if name not in names:
        raise Problem(
            status=404,
            code="project_not_found",
            title="No such project",
            detail=f"There is no project named {name}; there are: {', '.join(names)}.",
        )
    return names[name]
