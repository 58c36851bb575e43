"""Who asks: the person behind a session's or an API token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from backend.core.database import utc_now
from backend.projects.service import FIRST_PROJECT_ID
from backend.users.models import ApiToken, Membership, Role, User, UserSession
from backend.users.tokens import digest_of

NOTE_EVERY = timedelta(minutes=1)  # so that a request that only reads seldom writes


@dataclass(frozen=True)
class SignedIn:
    """`via`: what they came in with; None without accounts (`maskloop run --no-auth`)."""

    id: UUID
    name: str
    role: Role
    has_password: bool
    via: UserSession | ApiToken | None

    @property
    def expires_at(self) -> datetime | None:
        return self.via.expires_at if self.via else None


def by_session(session: Session, token: str) -> SignedIn | None:
    """The person whose browser has this token, unless the session is over or the person disabled."""
    found = session.execute(
        active_users()
        .add_columns(UserSession)
        .join_from(User, UserSession, UserSession.user_id == User.id)
        .where(UserSession.digest == digest_of(token), UserSession.expires_at > utc_now())
    ).one_or_none()
    return signed_in(*found) if found else None


def by_api_token(session: Session, token: str) -> SignedIn | None:
    """The person whose program has this token, unless it is over or the person disabled."""
    found = session.execute(
        active_users()
        .add_columns(ApiToken)
        .join_from(User, ApiToken, ApiToken.user_id == User.id)
        .where(
            ApiToken.digest == digest_of(token),
            ApiToken.expires_at.is_(None) | (ApiToken.expires_at > utc_now()),
        )
    ).one_or_none()
    return signed_in(*found) if found else None


def first_admin(session: Session) -> SignedIn | None:
    """The person that everybody is without accounts."""
    admins = active_users().where(Membership.role == Role.ADMIN).order_by(User.created_at, User.id)
    found = session.execute(admins.limit(1)).one_or_none()
    return signed_in(*found, None) if found else None


def is_to_be_noted(user: SignedIn, user_agent: str) -> bool:
    """Whether it is long enough ago that a use of what they came in with was noted, or the browser is new."""
    if user.via is None:
        return False
    if isinstance(user.via, UserSession) and user.via.user_agent != user_agent:
        return True
    last = user.via.last_used_at
    return last is None or utc_now() - last > NOTE_EVERY


def note_use(session: Session, user: SignedIn, session_seconds: float, user_agent: str) -> None:
    """Writes down that they were here, and has a session last for as long again."""
    now = utc_now()
    if isinstance(user.via, UserSession):
        until = now + timedelta(seconds=session_seconds)
        mine = update(UserSession).where(UserSession.digest == user.via.digest)
        session.execute(mine.values(last_used_at=now, expires_at=until, user_agent=user_agent))
    elif isinstance(user.via, ApiToken):
        session.execute(update(ApiToken).where(ApiToken.id == user.via.id).values(last_used_at=now))
    session.execute(update(User).where(User.id == user.id).values(last_seen_at=now))


def users_with_roles() -> Select[User, Role]:
    mine = (Membership.user_id == User.id) & (Membership.project_id == FIRST_PROJECT_ID)
    return select(User, Membership.role).join_from(User, Membership, mine)


def active_users() -> Select[User, Role]:
    """Those who are not disabled, with their roles."""
    return users_with_roles().where(~User.disabled)


def signed_in(user: User, role: Role, via: UserSession | ApiToken | None) -> SignedIn:
    return SignedIn(user.id, user.name, role, user.password_hash is not None, via)
