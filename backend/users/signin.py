"""Signing in, by password or by a link that works once, and out."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session, sessionmaker

from backend.core.database import session_scope, utc_now
from backend.core.errors import Problem
from backend.users import service, throttle
from backend.users.access import Visitor, by_session
from backend.users.models import OneTimeLink, User, UserSession
from backend.users.passwords import hash_password, is_right
from backend.users.tokens import digest_of, make_token

LINK_LASTS = timedelta(days=1)


def sign_in(
    sessions: sessionmaker[Session], name: str, password: str, *, address: str, seconds: float
) -> tuple[Visitor, str]:
    """-> (the person, their new session's token)

    Raises Problem 401 `wrong_password` and 429 `too_many_attempts`.
    """
    user = check_password(sessions, name, password, address=address)
    with session_scope(sessions) as session:
        return start_session(session, user, seconds)


def sign_in_by_link(session: Session, token: str, seconds: float) -> tuple[Visitor, str]:
    """-> (the person, the new session's token). Raises Problem 401 `link_used`."""
    now = utc_now()
    mine = update(OneTimeLink).where(
        OneTimeLink.digest == digest_of(token),
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at.is_(None) | (OneTimeLink.expires_at > now),
    )
    user_id = session.scalar(mine.values(used_at=now).returning(OneTimeLink.user_id))
    user = session.get(User, user_id) if user_id else None
    if user is None or user.disabled:
        raise Problem(
            status=401,
            code="link_used",
            title="The link is over",
            detail="This link was used already or is too old. Ask an admin for another one.",
        )
    return start_session(session, user, seconds)


def check_password(sessions: sessionmaker[Session], name: str, password: str, *, address: str) -> User:
    """Raises Problem 401 `wrong_password` and 429 `too_many_attempts`, then even for the right one."""
    name_key = service.key_of(name)
    throttle.begin_attempt(sessions, name_key, address)
    with session_scope(sessions, read_only=True) as session:
        user = service.find_by_name(session, name)
    # Between transactions: it takes its time.
    if not is_right(password, user.password_hash if user else None) or user is None or user.disabled:
        raise Problem(
            status=401,
            code="wrong_password",
            title="Wrong name or password",
            detail="This name and password do not fit. An admin can make a link for who has forgotten them.",
        )
    with session_scope(sessions) as session:
        throttle.forgive(session, name_key, address)
    return user


def change_password(
    sessions: sessionmaker[Session], person: Visitor, current: str | None, new: str, *, address: str
) -> None:
    """Ends the person's other sessions. Raises Problem 401 `wrong_password` and 429 `too_many_attempts`."""
    if person.has_password:
        check_password(sessions, person.name, current or "", address=address)
    password_hash = hash_password(new)
    with session_scope(sessions) as session:
        this_one = person.via.digest if isinstance(person.via, UserSession) else None
        service.set_password(session, service.get_user(session, person.id), password_hash, keep=this_one)


def start_session(session: Session, user: User, seconds: float) -> tuple[Visitor, str]:
    """-> (the person, the new session's token)"""
    now = utc_now()
    token, digest = make_token()
    session.execute(delete(UserSession).where(UserSession.expires_at <= now))
    session.add(UserSession(digest=digest, user_id=user.id, expires_at=now + timedelta(seconds=seconds)))
    session.execute(update(User).where(User.id == user.id).values(last_seen_at=now))
    session.flush()
    person = by_session(session, token)
    if person is None:
        raise LookupError(f"user {user.id} is disabled")
    return person, token


def end_session(session: Session, token: str) -> None:
    session.execute(delete(UserSession).where(UserSession.digest == digest_of(token)))


def make_link(session: Session, user: User, *, expires_at: datetime | None) -> str:
    """Its token; earlier links of the person end now. Raises Conflict (user_disabled)."""
    service.refuse_disabled(user)
    session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None)))
    token, digest = make_token()
    session.add(OneTimeLink(digest=digest, user_id=user.id, expires_at=expires_at))
    return token
