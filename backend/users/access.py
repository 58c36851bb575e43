"""Who asks, the person behind a session's or an API token, and their role in the project it is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.projects.models import Project
from backend.users.models import ApiToken, Membership, Role, User, UserSession
from backend.users.tokens import digest_of

NOTE_EVERY = timedelta(minutes=1)  # so that a request that only reads seldom writes


@dataclass(frozen=True)
class Visitor:
    """`via`: what they came in with; None without accounts (`maskloop run --no-auth`)."""

    id: UUID
    name: str
    is_admin: bool
    has_password: bool
    via: UserSession | ApiToken | None

    @property
    def expires_at(self) -> datetime | None:
        return self.via.expires_at if self.via else None


@dataclass(frozen=True)
class SignedIn(Visitor):
    """Somebody in a project."""

    project_id: UUID
    role: Role


def by_session(session: Session, token: str) -> Visitor | None:
    """The person whose browser has this token, unless the session is over or the person disabled."""
    found = session.execute(
        select(User, UserSession)
        .join_from(User, UserSession, UserSession.user_id == User.id)
        .where(~User.disabled, UserSession.digest == digest_of(token), UserSession.expires_at > utc_now())
    ).one_or_none()
    return visitor(*found) if found else None


def by_api_token(session: Session, token: str) -> Visitor | None:
    """The person whose program has this token, unless it is over or the person disabled."""
    found = session.execute(
        select(User, ApiToken)
        .join_from(User, ApiToken, ApiToken.user_id == User.id)
        .where(
            ~User.disabled,
            ApiToken.digest == digest_of(token),
            ApiToken.expires_at.is_(None) | (ApiToken.expires_at > utc_now()),
        )
    ).one_or_none()
    return visitor(*found) if found else None


def first_admin(session: Session) -> Visitor | None:
    """The person that everybody is without accounts."""
    admins = select(User).where(User.is_admin, ~User.disabled).order_by(User.created_at, User.id)
    found = session.scalars(admins.limit(1)).one_or_none()
    return visitor(found, None) if found else None


def enter(session: Session, who: Visitor, project_id: UUID | None) -> SignedIn | None:
    """The person in that project, or in the oldest of theirs; None where they are in none, or not in that."""
    wanted = projects_of(who).limit(1)
    if project_id is not None:
        wanted = wanted.where(Project.id == project_id)
    found = session.execute(wanted).one_or_none()
    if found is None:
        return None
    project, membership = found
    role = Role.ADMIN if who.is_admin else membership.role
    return SignedIn(who.id, who.name, who.is_admin, who.has_password, who.via, project.id, role)


def projects_of(who: Visitor) -> Select[Project, Membership]:
    """A person's projects, oldest first, each with their membership; admins are in all, without any."""
    mine = and_(Membership.project_id == Project.id, Membership.user_id == who.id)
    rows = select(Project, Membership).join(Membership, mine, isouter=who.is_admin)
    return rows.order_by(Project.created_at, Project.id)


def members_of(project_id: UUID) -> Select[User, Membership]:
    """Everybody who is in the project and not disabled."""
    return users_with_membership(project_id).where(
        ~User.disabled, or_(User.is_admin, Membership.user_id.is_not(None))
    )


def users_with_membership(project_id: UUID) -> Select[User, Membership]:
    """Everybody, with their membership in the project, if any."""
    mine = and_(Membership.user_id == User.id, Membership.project_id == project_id)
    return select(User, Membership).outerjoin(Membership, mine)


def role_of(is_admin: bool, membership: Membership | None) -> Role | None:
    """None: the person is not in the project."""
    if is_admin:
        return Role.ADMIN
    return membership.role if membership else None


def is_to_be_noted(who: Visitor, user_agent: str) -> bool:
    """Whether it is long enough ago that a use of what they came in with was noted, or the browser is new."""
    if who.via is None:
        return False
    if isinstance(who.via, UserSession) and who.via.user_agent != user_agent:
        return True
    last = who.via.last_used_at
    return last is None or utc_now() - last > NOTE_EVERY


def note_use(session: Session, who: Visitor, session_seconds: float, user_agent: str) -> None:
    """Writes down that they were here, and has a session last for as long again."""
    now = utc_now()
    if isinstance(who.via, UserSession):
        until = now + timedelta(seconds=session_seconds)
        mine = update(UserSession).where(UserSession.digest == who.via.digest)
        session.execute(mine.values(last_used_at=now, expires_at=until, user_agent=user_agent))
    elif isinstance(who.via, ApiToken):
        session.execute(update(ApiToken).where(ApiToken.id == who.via.id).values(last_used_at=now))
    session.execute(update(User).where(User.id == who.id).values(last_seen_at=now))


def visitor(user: User, via: UserSession | ApiToken | None) -> Visitor:
    return Visitor(user.id, user.name, user.is_admin, user.password_hash is not None, via)
