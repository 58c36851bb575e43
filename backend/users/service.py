"""The rules of people: names, roles, who may be taken out."""

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.database import Turn, take_turns
from backend.core.errors import Conflict, NotFound
from backend.projects import service as projects
from backend.users.access import active_users, first_admin, users_with_roles
from backend.users.models import ApiToken, Membership, OneTimeLink, Role, User, UserSession
from backend.users.schemas import MemberOut, UserOut

FIRST_ADMIN = "admin"


def list_users(session: Session) -> list[UserOut]:
    """Everybody, those who came first at the beginning."""
    rows = session.execute(users_with_roles().order_by(User.created_at, User.id))
    return [to_out(user, role) for user, role in rows]


def list_members(session: Session) -> list[MemberOut]:
    """Those who are not disabled, by name."""
    rows = session.execute(active_users().order_by(User.name_key))
    return [MemberOut(id=user.id, name=user.name, role=role) for user, role in rows]


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


def add_user(session: Session, name: str, role: Role, *, password_hash: str | None = None) -> User:
    """Raises Conflict (name_taken)."""
    user = User(name=name, name_key=key_of(name), password_hash=password_hash)
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise Conflict(
            "name_taken", f"There is somebody named {name} already. Choose another name."
        ) from error
    project = projects.ensure_first_project(session)
    session.add(Membership(project_id=project.id, user_id=user.id, role=role))
    session.flush()
    return user


def ensure_first_admin(session: Session) -> None:
    """So that there is somebody to sign in as, on a database without users."""
    take_turns(session, Turn.SETUP)
    if session.scalar(select(func.count()).select_from(User)) == 0:
        add_user(session, FIRST_ADMIN, Role.ADMIN)


def has_admin_with_password(session: Session) -> bool:
    admins = active_users().where(Membership.role == Role.ADMIN, User.password_hash.is_not(None))
    return session.execute(admins.limit(1)).first() is not None


def change_user(
    session: Session, user_id: UUID, *, role: Role | None = None, disabled: bool | None = None
) -> UserOut:
    """None leaves it as it is; a disabled person is out at once.

    Raises NotFound (user_not_found) and, when no admin would be left, Conflict (last_admin).
    """
    project = projects.ensure_first_project(session)
    # Two admins who take each other out at the same moment do so one after the other.
    session.refresh(project, with_for_update=True)
    user = get_user(session, user_id)
    membership = session.get_one(Membership, (project.id, user_id))
    was_admin = membership.role == Role.ADMIN and not user.disabled
    if role is not None:
        membership.role = role
    if disabled is not None:
        user.disabled = disabled
    session.flush()
    if was_admin and first_admin(session) is None:
        raise Conflict("last_admin", f"{user.name} is the only admin. Make somebody else one first.")
    if user.disabled:
        end_access(session, user_id)
    return to_out(user, membership.role)


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


def to_out(user: User, role: Role) -> UserOut:
    return UserOut(
        id=user.id,
        name=user.name,
        role=role,
        has_password=user.password_hash is not None,
        disabled=user.disabled,
        created_at=user.created_at,
        last_seen_at=user.last_seen_at,
    )
