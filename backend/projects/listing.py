"""Projects with what is in them, from aggregates over SQL."""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend.images.models import Image
from backend.masks.models import MASK_TALLIES
from backend.projects.models import Batch, BatchKind
from backend.projects.schemas import ProjectSummary
from backend.users.access import Visitor, projects_of, role_of
from backend.users.models import Membership, User


def list_projects(session: Session, who: Visitor) -> list[ProjectSummary]:
    """A person's own, oldest first."""
    images, masks, people = _count_images(session), _count_masks(session), _count_people(session)
    admins = session.scalar(select(func.count()).select_from(User).where(User.is_admin, ~User.disabled)) or 0
    return [
        ProjectSummary(
            id=project.id,
            name=project.name,
            role=role,
            created_at=project.created_at,
            images=images.get(project.id, 0),
            masks=masks.get(project.id, 0),
            people=people.get(project.id, 0) + admins,
        )
        for project, membership in session.execute(projects_of(who))
        if (role := role_of(who.is_admin, membership))
    ]


def _count_images(session: Session) -> dict[UUID, int]:
    rows = select(Batch.project_id, func.count()).join(Image, Image.batch_id == Batch.id)
    return _by_project(session, rows.where(Batch.kind == BatchKind.WORK).group_by(Batch.project_id))


def _count_masks(session: Session) -> dict[UUID, int]:
    rows = select(Batch.project_id, func.sum(MASK_TALLIES.c.masks)).join_from(
        MASK_TALLIES, Batch, Batch.id == MASK_TALLIES.c.batch_id
    )
    return _by_project(session, rows.where(Batch.kind == BatchKind.WORK).group_by(Batch.project_id))


def _count_people(session: Session) -> dict[UUID, int]:
    rows = select(Membership.project_id, func.count()).join(User, User.id == Membership.user_id)
    return _by_project(session, rows.where(~User.disabled).group_by(Membership.project_id))


def _by_project(session: Session, rows: Select[UUID, int]) -> dict[UUID, int]:
    return {project_id: count for project_id, count in session.execute(rows)}
