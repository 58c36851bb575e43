"""The rules of people: names, roles, who may be taken out."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from uuid import UUID

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from backend.core.database import Turn, take_turns
from backend.core.errors import Conflict, NotFound, conflict_where_taken
from backend.projects import service as projects
from backend.projects.models import Project
from backend.users.access import (
    Visitor,
    first_admin,
    members_of,
    projects_of,
    role_of,
    users_with_membership,
)
from backend.users.models import ApiToken, Membership, OneTimeLink, Role, User, UserSession
from backend.users.schemas import MemberOut, ProjectOfUser, UserChange, UserOut

FIRST_ADMIN = "admin"


def list_users(session: Session, project_id: UUID) -> list[UserOut]:
    """Everybody, with their role in the project; those who came first at the beginning."""
    rows = session.execute(users_with_membership(project_id).order_by(User.created_at, User.id)).all()
    projects_by_user = _projects_by_user(session, [user.id for user, _ in rows])
    return [
        to_out(user, role_of(user.is_admin, membership), projects_by_user[user.id])
        for user, membership in rows
    ]


def list_members(session: Session, project_id: UUID) -> list[MemberOut]:
    """Those in the project who are not disabled, by name."""
    return [MemberOut(id=user.id, name=user.name, role=role) for user, role in members(session, project_id)]


def members(session: Session, project_id: UUID) -> list[tuple[User, Role]]:
    """Those in the project who are not disabled, by name, with their roles in it."""
    rows = session.execute(members_of(project_id).order_by(User.name_key))
    return [(user, Role.ADMIN if user.is_admin else membership.role) for user, membership in rows]


def get_member(session: Session, project_id: UUID, user_id: UUID) -> User:
    """Raises NotFound (user_not_found), also for who is not in the project, and Conflict (user_disabled)."""
    refuse_disabled(get_user(session, user_id))
    found = session.execute(members_of(project_id).where(User.id == user_id)).one_or_none()
    if found is None:
        raise NotFound("user", user_id)
    user: User = found[0]
    return user


def own_projects(session: Session, who: Visitor) -> list[ProjectOfUser]:
    """Oldest first."""
    return [
        ProjectOfUser(id=project.id, name=project.name, role=role)
        for project, membership in session.execute(projects_of(who))
        if (role := role_of(who.is_admin, membership))
    ]


def get_user(session: Session, user_id: UUID) -> User:
    """Raises NotFound (user_not_found)."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user", user_id)
    return user


def find_by_name(session: Session, name: str) -> User | None:
    return session.scalars(select(User).where(User.name_key == key_of(name))).one_or_none()


def names_by_id(session: Session, ids: Iterable[str | UUID | None]) -> dict[str, str]:
    """Names by ids as text, in one query. What is no user's id, from before there were any, is left out."""
    known = set()
    for id_ in ids:
        with suppress(ValueError):
            known.add(UUID(str(id_)))
    if not known:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(known)))
    return {str(id_): name for id_, name in rows}


def add_user(
    session: Session, name: str, role: Role, project_id: UUID, *, password_hash: str | None = None
) -> User:
    """Somebody new with that role in the project. Raises Conflict (name_taken)."""
    user = User(name=name, name_key=key_of(name), password_hash=password_hash)
    with _unique_name(session, name):
        session.add(user)
    _set_role(session, user, role, project_id)
    session.flush()
    return user


def ensure_first_admin(session: Session) -> None:
    """So that there is somebody to sign in as, on a database without users."""
    take_turns(session, Turn.SETUP)
    if session.scalar(select(func.count()).select_from(User)) == 0:
        add_user(session, FIRST_ADMIN, Role.ADMIN, projects.ensure_first_project(session).id)


def has_admin_with_password(session: Session) -> bool:
    admins = exists().where(User.is_admin, ~User.disabled, User.password_hash.is_not(None))
    return bool(session.scalar(select(admins)))


def change_user(session: Session, user_id: UUID, change: UserChange, project_id: UUID) -> UserOut:
    """Changes what was given: name, role in the project, disabled; who is disabled is out at once.

    Raises NotFound (user_not_found), Conflict (name_taken) and, when no admin would be left, (last_admin).
    """
    take_turns(session, Turn.SETUP)  # two admins who take each other out do so one after the other
    user = get_user(session, user_id)
    was_admin = user.is_admin and not user.disabled
    if "name" in change.model_fields_set:
        with _unique_name(session, change.name):
            user.name, user.name_key = change.name, key_of(change.name)
            session.flush()
    if "role" in change.model_fields_set:
        _set_role(session, user, change.role, project_id)
    if "disabled" in change.model_fields_set:
        user.disabled = change.disabled
    session.flush()
    if was_admin and first_admin(session) is None:
        raise Conflict("last_admin", f"{user.name} is the only admin. Make somebody else one first.")
    if user.disabled:
        end_access(session, user_id)
    membership = session.get(Membership, (project_id, user_id))
    return to_out(user, role_of(user.is_admin, membership), _projects_by_user(session, [user_id])[user_id])


def _set_role(session: Session, user: User, role: Role | None, project_id: UUID) -> None:
    """An admin is that in every project, and has no memberships beside."""
    user.is_admin = role == Role.ADMIN
    if user.is_admin:
        session.execute(delete(Membership).where(Membership.user_id == user.id))
    elif role is None:
        mine = (Membership.user_id == user.id) & (Membership.project_id == project_id)
        session.execute(delete(Membership).where(mine))
    else:
        session.merge(Membership(project_id=project_id, user_id=user.id, role=role))


def _unique_name(session: Session, name: str) -> AbstractContextManager[None]:
    """Raises Conflict (name_taken)."""
    return conflict_where_taken(
        session, "name_taken", f"There is somebody named {name} already. Choose another name."
    )


def _projects_by_user(session: Session, user_ids: Sequence[UUID]) -> dict[UUID, list[ProjectOfUser]]:
    found: dict[UUID, list[ProjectOfUser]] = defaultdict(list)
    rows = (
        select(Membership.user_id, Project.id, Project.name, Membership.role)
        .join(Project, Project.id == Membership.project_id)
        .where(Membership.user_id.in_(user_ids))
        .order_by(Project.created_at, Project.id)
    )
    for user_id, project_id, name, role in session.execute(rows):
        found[user_id].append(ProjectOfUser(id=project_id, name=name, role=role))
    return found


def set_password(session: Session, user: User, password_hash: str, *, keep: str | None = None) -> None:
    """Ends every session of theirs but the one with the digest `keep`."""
    user.password_hash = password_hash
    others = (UserSession.user_id == user.id) & (UserSession.digest != (keep or ""))
    session.execute(delete(UserSession).where(others))


def end_access(session: Session, user_id: UUID) -> None:
    """Ends every session, link and API token of a person."""
    for table in (UserSession, OneTimeLink, ApiToken):
        session.execute(delete(table).where(table.user_id == user_id))


def refuse_disabled(user: User) -> None:
    """Raises Conflict (user_disabled)."""
    if user.disabled:
        raise Conflict("user_disabled", f"{user.name} is disabled. Enable the account first.")


def key_of(name: str) -> str:
    """Alike for names that people would take for the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def to_out(user: User, role: Role | None, its_projects: list[ProjectOfUser]) -> UserOut:
    return UserOut(
        id=user.id,
        name=user.name,
        role=role,
        is_admin=user.is_admin,
        projects=its_projects,
        has_password=user.password_hash is not None,
        disabled=user.disabled,
        created_at=user.created_at,
        last_seen_at=user.last_seen_at,
    )
